#!/bin/sh
# Every part of src/ compiles alone, without a warning, under gcc and clang. No array is of a
# variable length.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

for compiler in gcc clang; do
    for part in src/httpsc.c src/*/*.c; do
        succeeds "$compiler alone: $part" "$compiler" -std=c99 -O1 -Wall -Wextra -Wpedantic \
            -Wconversion -Wshadow -Wvla -Werror -c "$part" -o "$scratch/part.o"
    done
    succeeds "$compiler alone: src/http/coding.c with zlib" "$compiler" -std=c99 -O1 -Wall -Wextra \
        -Wpedantic -Wconversion -Wshadow -Werror -DHTTPSC_USE_ZLIB -c src/http/coding.c \
        -o "$scratch/part.o"
done
finish
