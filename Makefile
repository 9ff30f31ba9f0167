# make               build/httpsc (the command-line client) and the lessons in build/examples/
# make demo          fetch from a throwaway local server, verified; then three refusals
#                    (make demo URL=https://... fetches that, with the system's roots)
# make test          install what the tests need, then run the gate
# make test-all      every compiler, with and without sanitizers, on src/ and on httpsc.h
# make test-bite     break each security check, and see a test fail
# make sizes         what programs on the bundle weigh, and what each switch saves
# make bench         the budgets, measured against libcurl
# make fuzz          libFuzzer on each target of tests/fuzz/, SECONDS=60 each
# make header        httpsc.h from src/
# make bundle        build/bundle/httpsc.h, with BearSSL inside, and the proof of it
# make static        build/static/httpsc and get (musl), their sizes, and the proof of them
# make vectors       build/x509_cases and build/crypto_vectors, which play published test cases
# make check         is httpsc.h what src/ makes?
#
# Overridable: CC, CFLAGS, LDFLAGS, LDLIBS. PREREQUISITES=: installs nothing.

CFLAGS ?= -O2
LDLIBS ?= -lbearssl -pthread
PREREQUISITES ?= tools/prerequisites.sh

sources := $(wildcard src/*.[ch] src/*/*.[ch])
lessons := $(patsubst examples/%.c,build/examples/%,$(wildcard examples/[0-9]*.c))

.PHONY: all demo test test-all test-bite bench fuzz check header vectors clean bundle static \
    static-programs sizes print-static-cflags

all: build/httpsc $(lessons)

build/httpsc: examples/httpsc.c examples/httpsc_inspect.inc httpsc.h
	@mkdir -p build
	$(CC) -I. $(CFLAGS) $(LDFLAGS) -o $@ examples/httpsc.c $(LDLIBS)

build/examples/%: examples/%.c httpsc.h
	@mkdir -p build/examples
	$(CC) -I. $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)

vectors: build/x509_cases build/crypto_vectors

build/x509_cases build/crypto_vectors: build/%: tests/vectors/%.c $(sources)
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
	$(PREREQUISITES) test
	tests/run.sh all $(NAME)
	$(MAKE) bundle static

test-bite:
	$(PREREQUISITES) test
	tests/bite/run.sh $(NAME)

bench:
	$(PREREQUISITES) bench
	tests/bench/run.sh

SECONDS ?= 60
fuzzers := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

fuzz: $(fuzzers)
	@for f in $(fuzzers); do echo "$$f:"; mkdir -p $$f.corpus; \
	    $$f -max_total_time=$(SECONDS) -print_final_stats=1 $$f.corpus || exit 1; done

build/fuzz/%: tests/fuzz/%.c
	@mkdir -p build/fuzz
	clang -g -O1 -w -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	    -o $@ $< -lbearssl -pthread

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

$(STATIC)/httpsc: examples/httpsc.c examples/httpsc_inspect.inc $(BUNDLE)/httpsc.h
	@mkdir -p $(STATIC)
	$(STATIC_CC) -I$(BUNDLE) $(STATIC_CFLAGS) $(STATIC_LDFLAGS) -o $@ examples/httpsc.c

$(STATIC)/get: examples/static/get.c $(BUNDLE)/httpsc.h
	@mkdir -p $(STATIC)
	$(STATIC_CC) -I$(BUNDLE) $(STATIC_CFLAGS) $(STATIC_LDFLAGS) -o $@ examples/static/get.c

check:
	./amalgamate.sh --check

header:
	./amalgamate.sh

clean:
	rm -rf build
