# make               build/httpsc (the command-line client) and the lessons in build/examples/
# make demo          fetch from a throwaway local server, verified; then three refusals
#                    (make demo URL=https://... fetches that, with the system's roots)
# make test          install what the tests need, then run the gate
# make test-all      every compiler, with and without sanitizers, on src/ and on httpsc.h
# make test-bite     break each security check, and see a test fail
# make bench         the budgets, measured against libcurl
# make fuzz          libFuzzer on each target of tests/fuzz/, SECONDS=60 each, from its kept corpus
# make fuzz-planted  plant faults, and see the fuzzers find them
# make header        httpsc.h from src/
# make vectors       build/x509_cases and build/crypto_vectors, which play published test cases
# make check         is httpsc.h what src/ makes?
#
# Overridable: CC, CFLAGS, LDFLAGS, LDLIBS, ZLIB_FLAGS, ZLIB_LIBS. PREREQUISITES=: installs nothing.

CFLAGS ?= -O2
LDLIBS ?= -lbearssl -pthread
# zlib, where it is there, so that the command-line client can --decode
ZLIB_LIBS ?= $(shell echo '\#include <zlib.h>' | $(CC) -E - >/dev/null 2>&1 && echo -lz)
ZLIB_FLAGS ?= $(if $(ZLIB_LIBS),-DHTTPSC_USE_ZLIB)
PREREQUISITES ?= tools/prerequisites.sh

sources := $(wildcard src/*.[ch] src/*/*.[ch])
lessons := $(patsubst examples/%.c,build/examples/%,$(wildcard examples/[0-9]*.c))

.PHONY: all demo test test-all test-bite bench fuzz fuzz-planted check header vectors clean

all: build/httpsc $(lessons)

build/httpsc: examples/httpsc.c $(wildcard examples/*.inc) httpsc.h
	@mkdir -p build
	$(CC) -I. $(CFLAGS) $(ZLIB_FLAGS) $(LDFLAGS) -o $@ examples/httpsc.c $(LDLIBS) $(ZLIB_LIBS)

build/examples/%: examples/%.c httpsc.h
	@mkdir -p build/examples
	$(CC) -I. $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)

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
	$(PREREQUISITES) test
	tests/run.sh all $(NAME)

test-bite:
	$(PREREQUISITES) test
	tests/bite/run.sh $(NAME)

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

build/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h $(sources)
	@mkdir -p build/fuzz
	clang -g -O1 -w -DHTTPSC_USE_ZLIB -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -o $@ $< -lbearssl -lz -pthread

check:
	./amalgamate.sh --check

header:
	./amalgamate.sh

clean:
	rm -rf build
