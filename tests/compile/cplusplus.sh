#!/bin/sh
# The declarations are C++11 too; the implementation in a C++ file is refused in one sentence.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

refusal="HTTPSC_IMPLEMENTATION belongs in a C file, C++ gets the declarations"
cat >"$scratch/declarations.cc" <<'END'
#include "httpsc.h"
#include "httpsc.h"
int status_of(const char *url);
int status_of(const char *url)
{
    httpsc_response *response = nullptr;
    httpsc_error error = {0};
    int status = -1;
    if (httpsc_get(nullptr, url, &response, &error) == HTTPSC_OK) {
        status = response->status;
    }
    httpsc_response_close(response);
    return status;
}
END
printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' >"$scratch/implementation.cc"
printf '#include "httpsc.h"\n#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' \
    >"$scratch/later.cc"

for dir in . src; do
    for standard in c++11 c++17; do
        succeeds "$dir/httpsc.h is $standard" g++ -std=$standard -I"$dir" -Wall -Wextra \
            -Wpedantic -Wno-missing-field-initializers -Werror -c "$scratch/declarations.cc" -o "$scratch/declarations.o"
    done
    fails_with "$dir/httpsc.h: implementation in C++" "$refusal" \
        g++ -std=c++11 -I"$dir" -c "$scratch/implementation.cc" -o "$scratch/implementation.o"
done
fails_with "httpsc.h: implementation in C++, at a second #include" "$refusal" \
    g++ -std=c++11 -I. -c "$scratch/later.cc" -o "$scratch/implementation.o"

g++ -std=c++11 -I. -c "$scratch/implementation.cc" -o "$scratch/implementation.o" 2>&1 |
    grep 'error' | grep -v '#error' >"$scratch/log"
if [ -s "$scratch/log" ]; then
    fail "httpsc.h: implementation in C++, nothing but the refusal" "other errors" "$scratch/log"
else
    ok "httpsc.h: implementation in C++, nothing but the refusal"
fi
finish
