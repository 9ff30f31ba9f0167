# make               build/httpsc (the command-line client) and the lessons in build/examples/
# make demo          fetch from a throwaway local server, verified; then three refusals
#                    (make demo URL=https://... fetches that, with the system's roots)
# make test          install what the tests need, then run the gate
# make test-all      every compiler, with and without sanitizers, on src/ and on httpsc.h
# make interop       docs/INTEROP.md: each feature of TLS with each of seven servers
# make live-matrix   the table of docs/CONFORMANCE.md: each wrong certificate, and curl beside us
# make test-bite     break each security check, and see a test fail
# make sizes         what programs on the bundle weigh, and what each switch saves
# make bench         the budgets, measured against libcurl
# make fuzz          libFuzzer on each target of tests/fuzz/, SECONDS=60 each, from its kept corpus
# make fuzz-planted  plant faults, and see the fuzzers find them
# make coverage      lines and branches of src/ that the tests reach, by floor
# make header        httpsc.h from src/
# make bundle        build/bundle/httpsc.h, with BearSSL inside, and the proof of it
# make static        build/static/httpsc and get (musl), their sizes, and the proof of them
# make bare          a Cortex-M4 under QEMU does verified GETs; flash, RAM and stack it takes
# make test-platforms  the bundle on other processors, Windows, other compilers and dialects
#                    (NAME=windows: that one alone); installs cross compilers, qemu-user and wine
# make vectors       build/x509_cases and build/crypto_vectors, which play published test cases
# make check         is httpsc.h what src/ makes?
# make install       header, client, pkg-config and CMake files, below PREFIX (and DESTDIR);
#                    make uninstall removes them
#
# Overridable: CC, CFLAGS, LDFLAGS, LDLIBS, ZLIB_FLAGS, ZLIB_LIBS, PREFIX. PREREQUISITES=: installs
# nothing.

CFLAGS ?= -O2
LDLIBS ?= -lbearssl -pthread
has = $(shell $(CC) -E -include $(1) -x c /dev/null >/dev/null 2>&1 && echo 1)
# zlib, where it is there, so that the command-line client can --decode
ZLIB_LIBS ?= $(if $(call has,zlib.h),-lz)
ZLIB_FLAGS ?= $(if $(ZLIB_LIBS),-DHTTPSC_USE_ZLIB)
# The client is made to be copied about: archives go into it where the compiler finds them, unless
# LDLIBS is given. It also takes fewer pages so than with a shared library for each.
archive = $(or $(wildcard $(shell $(CC) -print-file-name=lib$(1).a)),-l$(1))
CLIENT_LIBS = $(if $(filter file,$(origin LDLIBS)),$(call archive,bearssl) -pthread,$(LDLIBS)) \
    $(if $(filter -lz,$(ZLIB_LIBS)),$(call archive,z),$(ZLIB_LIBS))
PREREQUISITES ?= tools/prerequisites.sh
PREFIX ?= /usr/local

sources := $(wildcard src/*.[ch] src/*/*.[ch])
# lessons that this machine has not the means for are left out: cJSON, zlib, epoll
without := $(if $(call has,cjson/cJSON.h),,%_json.c) $(if $(ZLIB_LIBS),,%_gzip.c) \
    $(if $(call has,sys/epoll.h),,%_epoll.c)
lessons := $(patsubst examples/%.c,build/examples/%,\
    $(filter-out $(without),$(wildcard examples/[0-9]*.c)))

.PHONY: all demo test test-all interop live-matrix test-bite bench fuzz check header vectors \
    install uninstall fuzz-planted bundle static static-programs sizes print-static-cflags \
    print-static-ldflags bare coverage test-platforms clean

all: build/httpsc $(lessons)

build/httpsc: examples/httpsc.c $(wildcard examples/*.inc) httpsc.h
	@mkdir -p build
	$(CC) -I. $(CFLAGS) $(ZLIB_FLAGS) $(LDFLAGS) -o $@ examples/httpsc.c $(CLIENT_LIBS)

build/examples/%: examples/%.c httpsc.h
	@mkdir -p build/examples
	$(CC) -I. $(CFLAGS) $(LDFLAGS) -o $@ $< $(lesson_libs) $(LDLIBS)

build/examples/15_json: lesson_libs = -lcjson
build/examples/21_gzip: lesson_libs = -lz

vectors: build/x509_cases build/crypto_vectors

build/x509_cases build/crypto_vectors: build/%: tests/vectors/%.c $(wildcard tests/vectors/*.h) $(sources)
	@mkdir -p build
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)

demo:
	$(PREREQUISITES) demo
	@$(MAKE) -s build/httpsc
	@tools/demo.sh $(if $(URL),'$(URL)')

test:
	$(PREREQUISITES) test
	tests/run.sh gate $(NAME)

test-all:
	$(PREREQUISITES) test-all
	tests/run.sh all $(NAME)
	$(MAKE) bundle static

build/interop/probe: tests/interop/probe.c httpsc.h
	@mkdir -p build/interop
	$(CC) -I. $(CFLAGS) -DHTTPSC_IMPLEMENTATION $(LDFLAGS) -o $@ $< $(LDLIBS)

interop:
	$(PREREQUISITES) interop
	@$(MAKE) -s build/interop/probe
	HTTPSC_BUILD=build tests/interop/table.py --write docs/INTEROP.md

live-matrix:
	$(PREREQUISITES) interop
	@$(MAKE) -s build/interop/probe
	rm -rf build/live-matrix
	sh tests/certs.sh build/live-matrix
	HTTPSC_BUILD=build HTTPSC_TEST_CERTS=$(CURDIR)/build/live-matrix \
	    tests/interop/live_matrix.py --place build/live-matrix --write docs/CONFORMANCE.md

test-bite:
	$(PREREQUISITES) test
	tests/bite/run.sh $(NAME)

test-platforms:
	$(PREREQUISITES) platforms
	tests/platforms/run.sh $(NAME)

bench:
	$(PREREQUISITES) bench
	tests/bench/run.sh

SECONDS ?= 60
fuzzers := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*$(NAME)*.c))

fuzz: $(fuzzers:%=build/fuzz/%)
	@for f in $(fuzzers); do \
	    echo "$$f:"; mkdir -p build/fuzz/$$f.corpus tests/fuzz/corpus/$$f; \
	    build/fuzz/$$f -max_total_time=$(SECONDS) -print_final_stats=1 \
	        -artifact_prefix=build/fuzz/$$f. build/fuzz/$$f.corpus tests/fuzz/corpus/$$f || exit 1; \
	done

fuzz-planted:
	tests/fuzz/planted/run.sh $(NAME)

coverage:
	$(PREREQUISITES) test
	tests/coverage.sh $(NAME)

build/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h $(sources)
	@mkdir -p build/fuzz
	clang -g -O1 -w -DHTTPSC_USE_ZLIB -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -o $@ $< -lbearssl -lz -pthread

# What --bundle takes: BUNDLE_OPTIONS="--bearssl DIR --anchors FILE.pem"
bundle:
	$(PREREQUISITES) bundle
	./amalgamate.sh --bundle $(BUNDLE_OPTIONS)
	tests/bundle/run.sh
	tests/run.sh bundle $(NAME)

build/bundle/httpsc.h: $(sources) amalgamate.sh tools/bundle.awk tools/bundle.sh tools/bearssl.sh \
    tools/bearssl-0.6.sums
	@mkdir -p build/bundle
	./amalgamate.sh --bundle $(BUNDLE_OPTIONS) -o $@

# Small before fast: functions that nobody calls are dropped, and no room is left for unwinding.
BUNDLE := build/bundle
STATIC := build/static
STATIC_CC ?= musl-gcc
STATIC_CFLAGS ?= -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
STATIC_LDFLAGS ?= -static -s -Wl,--gc-sections,--build-id=none,-z,noseparate-code

static:
	$(PREREQUISITES) bundle
	@$(MAKE) -s static-programs
	tests/bundle/static.sh

static-programs: $(STATIC)/httpsc $(STATIC)/get

sizes:
	$(PREREQUISITES) bundle
	@tests/bench/sizes.sh

print-static-cflags:
	@echo $(STATIC_CFLAGS)

print-static-ldflags:
	@echo '$(STATIC_LDFLAGS)'

bare:
	$(PREREQUISITES) bare
	tests/bare/run.sh

$(STATIC)/httpsc: examples/httpsc.c $(wildcard examples/*.inc) $(BUNDLE)/httpsc.h
	@mkdir -p $(STATIC)
	$(STATIC_CC) -I$(BUNDLE) $(STATIC_CFLAGS) $(STATIC_LDFLAGS) -o $@ examples/httpsc.c

$(STATIC)/get: examples/static/get.c $(BUNDLE)/httpsc.h
	@mkdir -p $(STATIC)
	$(STATIC_CC) -I$(BUNDLE) $(STATIC_CFLAGS) $(STATIC_LDFLAGS) -o $@ examples/static/get.c

check:
	./amalgamate.sh --check

header:
	./amalgamate.sh

version = $(shell sed -n 's/^.define HTTPSC_VERSION_[MP][A-Z]* //p' httpsc.h | paste -sd. -)
place = $(DESTDIR)$(PREFIX)

install: build/httpsc
	install -d '$(place)/include' '$(place)/bin' '$(place)/lib/pkgconfig' \
	    '$(place)/lib/cmake/httpsc'
	install -m 644 httpsc.h '$(place)/include/httpsc.h'
	install -m 755 build/httpsc '$(place)/bin/httpsc'
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(version)|' tools/httpsc.pc.in \
	    > '$(place)/lib/pkgconfig/httpsc.pc'
	install -m 644 tools/httpsc-config.cmake '$(place)/lib/cmake/httpsc/httpsc-config.cmake'
	sed -e 's|@VERSION@|$(version)|' tools/httpsc-config-version.cmake.in \
	    > '$(place)/lib/cmake/httpsc/httpsc-config-version.cmake'

uninstall:
	rm -f '$(place)/include/httpsc.h' '$(place)/bin/httpsc' '$(place)/lib/pkgconfig/httpsc.pc' \
	    '$(place)/lib/cmake/httpsc/httpsc-config.cmake' \
	    '$(place)/lib/cmake/httpsc/httpsc-config-version.cmake'
	rmdir '$(place)/lib/cmake/httpsc' 2>/dev/null || true

clean:
	rm -rf build
