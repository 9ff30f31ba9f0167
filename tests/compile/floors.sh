#!/bin/sh
# A floor uses only those below it, and the pure ones neither libc nor the system: shown by what
# the object of each part, compiled alone, leaves undefined.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# offences DIR: prints "PART: SYMBOL: why" for every symbol that a part in DIR may not use. The
# objects are DIR/FLOOR/PART.o.
offences()
{
    for object in "$1"/*/*.o; do
        name=${object#"$1"/}
        nm -g "$object" | awk -v part="${name%.o}" '
            $(NF - 1) == "U" || $(NF - 1) == "w" { print "uses", part, $NF; next }
            NF >= 2 { print "has", part, $NF }'
    done | awk '
        BEGIN {
            num_floors = split("base platform syntax crypto x509 tls http client api", floor)
            for (i = 1; i <= num_floors; i++) {
                height[floor[i]] = i
            }
            n = split("memcpy memmove memset memcmp memchr strlen strcmp strncmp strchr " \
                      "strrchr strstr strspn strcspn strpbrk", name)
            for (i = 1; i <= n; i++) {
                text_function[name[i]] = 1
            }
        }
        $1 == "has" {
            home[$3] = $2
            next
        }
        {
            user[++uses] = $2
            symbol[uses] = $3
        }
        function floor_of(part)
        {
            sub(/\/.*/, "", part)
            return part
        }
        function why_not(part, symbol,    own, other)
        {
            own = floor_of(part)
            if (!(own in height)) {
                return "there is no floor " own
            }
            if (symbol in text_function || symbol == "_GLOBAL_OFFSET_TABLE_" || \
                symbol ~ /^httpsc_stamp_/) {
                return ""
            }
            # the compiler'"'"'s own helpers for wide numbers
            if (symbol ~ /^__(u?div|u?mod|u?divmod|mul|ashl|ashr|lshr|clz|ctz|popcount|bswap)[sdt]i[234]?$/) {
                return ""
            }
            # the one part that may use zlib, and only where it was asked for
            if (part == "http/coding-zlib" && symbol ~ /^inflate(Init2_|Reset|End)?$/) {
                return ""
            }
            if (symbol ~ /^br_/) {
                return own == "crypto" ? "" : "BearSSL belongs to crypto"
            }
            if (symbol in home) {
                other = floor_of(home[symbol])
                if (height[other] > height[own]) {
                    return "is in " home[symbol] ", above"
                }
                if (other == "platform" && own ~ /^(syntax|crypto|x509|tls|http)$/) {
                    return "is in " home[symbol] ", and " own " does no I/O"
                }
                return ""
            }
            if (symbol ~ /^(hc|httpsc)_/) {
                return "is nowhere"
            }
            return own == "platform" ? "" : "only platform may use the system"
        }
        END {
            for (i = 1; i <= uses; i++) {
                why = why_not(user[i], symbol[i])
                if (why != "") {
                    print user[i] ": " symbol[i] ": " why
                }
            }
        }'
}

# compile_part DIR SOURCE PART [SWITCH]
compile_part()
{
    mkdir -p "$1/${3%/*}"
    # no switch is no word
    # shellcheck disable=SC2086
    gcc -std=c99 -O1 -fno-stack-protector -U_FORTIFY_SOURCE ${4-} -c "$2" -o "$1/$3.o"
}

for source in src/*/*.c; do
    part=${source#src/}
    part=${part%.c}
    if ! compile_part "$scratch/parts" "$source" "$part" 2>"$scratch/log"; then
        fail "floors: $part" "does not compile" "$scratch/log"
        continue
    fi
done
compile_part "$scratch/parts" src/http/coding.c http/coding-zlib -DHTTPSC_USE_ZLIB ||
    fail "floors: http/coding-zlib" "does not compile"
if nm -g "$scratch/parts/http/coding.o" | grep -qv " httpsc_stamp_"; then
    fail "floors: http/coding without zlib" "is not empty"
else
    ok "floors: http/coding without zlib"
fi
offences "$scratch/parts" >"$scratch/offences"
for object in "$scratch"/parts/*/*.o; do
    part=${object#"$scratch/parts/"}
    part=${part%.o}
    grep "^$part: " "$scratch/offences" >"$scratch/log"
    if [ -s "$scratch/log" ]; then
        fail "floors: $part" "uses what it may not" "$scratch/log"
    else
        ok "floors: $part"
    fi
done

# The check bites. planted FLOOR CODE OFFENCE: a part with that code is caught; with "" it is not.
planted()
{
    printf '%s\n' "$2" >"$scratch/planted.c"
    rm -f "$scratch"/parts/*/planted.o
    if ! compile_part "$scratch/parts" "$scratch/planted.c" "$1/planted" 2>"$scratch/log"; then
        fail "floors: planted in $1: $3" "does not compile" "$scratch/log"
        return
    fi
    offences "$scratch/parts" | grep "^$1/planted: " >"$scratch/log"
    if [ -z "$3" ] && [ -s "$scratch/log" ]; then
        fail "floors: planted in $1: nothing" "was taken for an offence" "$scratch/log"
    elif [ -n "$3" ] && ! grep -q "^$1/planted: $3" "$scratch/log"; then
        fail "floors: planted in $1: $3" "was not caught"
    else
        ok "floors: planted in $1: ${3:-nothing}"
    fi
}

planted syntax 'void *malloc(unsigned long); void *f(void) { return malloc(3); }' malloc
planted tls 'int snprintf(char *, unsigned long, const char *, ...);
int f(char *s, int i) { return snprintf(s, 9, "%d", i); }' snprintf
planted x509 'int *__errno_location(void); int f(void) { return *__errno_location(); }' \
    __errno_location
planted http 'void br_sha256_init(void *); void f(void *p) { br_sha256_init(p); }' br_sha256_init
planted http 'int inflate(void *, int); int f(void *p) { return inflate(p, 0); }' inflate
planted http 'int hc_tls_feed_end(void *, void *);
int f(void *p) { return hc_tls_feed_end(p, p); }' ""
planted tls 'void br_ssl_engine_close(void *); void f(void *p) { br_ssl_engine_close(p); }' \
    br_ssl_engine_close
planted x509 'int hc_tls_feed_end(void *, void *);
int f(void *p) { return hc_tls_feed_end(p, p); }' "hc_tls_feed_end: is in tls/"
planted http 'long hc_process_id(void); long f(void) { return hc_process_id(); }' \
    "hc_process_id: is in platform/"
planted client 'long hc_process_id(void); long f(void) { return hc_process_id(); }' ""
planted client 'int close(int); int f(void) { return close(0); }' close
planted base 'int hc_nowhere(void); int f(void) { return hc_nowhere(); }' hc_nowhere
planted crypto 'void br_sha256_init(void *); void *memcpy(void *, const void *, unsigned long);
void f(void *p, void *q, unsigned long n) { br_sha256_init(p); memcpy(p, q, n); }' ""
finish
