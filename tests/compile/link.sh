#!/bin/sh
# Several files of one program: one has the implementation; those that do not fit fail at link.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

cat >"$scratch/main.c" <<'END'
#include "httpsc.h"
#include <stdio.h>
int main(void)
{
    puts(httpsc_version());
    return 0;
}
END
printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' >"$scratch/once.c"
printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n#include "httpsc.h"\n' \
    >"$scratch/twice.c"
printf '#include "httpsc.h"\n#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' \
    >"$scratch/later.c"

for unit in once twice later; do
    succeeds "httpsc.h: $unit" gcc -std=gnu99 -Wall -Wextra -Werror -I. "$scratch/main.c" \
        "$scratch/$unit.c" -o "$scratch/$unit" -lbearssl -pthread
    succeeds "httpsc.h: $unit, runs" "$scratch/$unit"
done
fails_with "httpsc.h: later, where POSIX is hidden by then" \
    "define HTTPSC_IMPLEMENTATION before the file includes it" \
    gcc -std=c99 -I. -c "$scratch/later.c" -o "$scratch/later.o"
fails_with "httpsc.h: after a system header, where POSIX is hidden" \
    "include it before system headers" \
    gcc -std=c99 -I. -include stdio.h -c "$scratch/once.c" -o "$scratch/late.o"

# compile NAME SOURCE FLAGS...
compile()
{
    compile_name=$1
    compile_source=$2
    shift 2
    gcc "$@" -I. -c "$scratch/$compile_source.c" -o "$scratch/$compile_name.o" \
        >"$scratch/log" 2>&1 || fail "$compile_name" "does not compile" "$scratch/log"
}

# shellcheck disable=SC2317
link_both()
{
    gcc "$scratch/$1.o" "$scratch/$2.o" -o "$scratch/program" -lbearssl -pthread
}

version=$(sed -n 's/^#define HTTPSC_VERSION_[A-Z]* //p' src/httpsc.h | tr '\n' _)
compile unit once
compile unit_nothreads once -DHTTPSC_NO_THREADS
compile main main
compile main_nothreads main -DHTTPSC_NO_THREADS
compile main_bare main -DHTTPSC_BARE
sed 's/^\(#define HTTPSC_VERSION_MAJOR\) .*/\1 99/' httpsc.h >"$scratch/httpsc.h"
compile main_version main

succeeds "stamp: both with threads" link_both main unit
succeeds "stamp: both without threads" link_both main_nothreads unit_nothreads
fails_with "stamp: threads in one alone" "httpsc_stamp_${version}nothreads_hosted" \
    link_both main_nothreads unit
fails_with "stamp: no threads in one alone" "httpsc_stamp_${version}threads_hosted" \
    link_both main unit_nothreads
fails_with "stamp: bare" "httpsc_stamp_${version}threads_bare" link_both main_bare unit
fails_with "stamp: another version" "httpsc_stamp_99_" link_both main_version unit
finish
