#!/bin/sh
# What httpsc has for people, against a real server: forms, JSON, cookies, credentials, redirects,
# downloads that go on, further tries, the waterfall and the progress bar.
# shellcheck disable=SC2086 # URLs and ports are words
. "$(dirname "$0")/servers.inc"
need python3 openssl

mkdir -p "$scratch/py" "$scratch/in"
head -c 300000 /dev/urandom >"$scratch/py/big"
start_python || { fail server "does not start" "$scratch/py.log"; finish; }
base=https://localhost:$py_port
big=$scratch/py/big
get()
{
    "$httpsc" --cacert "$certs/ca.pem" "$@"
}
last_request()
{
    tail -n 1 "$scratch/py/log"
}
# asked NAME TEXT: the last request's line has it
asked()
{
    is_true "$1" "the server got $(last_request)" sh -c 'printf %s "$1" | grep -qF -e "$2"' sh \
        "$(last_request)" "$2"
}

# --json, -F
gives json 0 '"type": "application/json"' "" get --json '{"a": 1}' $base/json
is_true json-body "not what was sent" grep -qF '"method": "POST"' "$scratch/out"
is_true json-text "not what was sent" grep -qF '"body": {"a": 1}' "$scratch/out"
is_true json-accept "not asked for" grep -qF '"accept": "application/json"' "$scratch/out"
printf '[1, 2]' >"$scratch/in/j"
gives json-file 0 '"body": [1, 2]' "" get --json "@$scratch/in/j" $base/json
gives json-own-accept 0 '"accept": "text/x"' "" get --json 1 -H 'accept: text/x' $base/json
gives json-own-type 0 '"type": "a/b"' "" get --json 1 -H 'Content-Type: a/b' $base/json
gives json-put 0 '"method": "PUT"' "" get -X PUT --json 1 $base/json

printf 'text' >"$scratch/in/text"
: >"$scratch/in/odd;name"
gives form 0 'a|None|None|3' "" get -F a=b=c -F "b=@$big" -F "c=<$scratch/in/text" \
    -F "d=@$scratch/in/text;type=text/plain;filename=x y" -F "e=@$scratch/in/odd;name" -F f= \
    $base/multipart
is_true form-file "not there" grep -qx 'b|big|application/octet-stream|300000' "$scratch/out"
is_true form-value-of-file "not there" grep -qx 'c|None|None|4' "$scratch/out"
is_true form-type "not there" grep -qx 'd|x y|text/plain|4' "$scratch/out"
is_true form-semicolon "not there" grep -q '^e|odd;name|application/octet-stream|0$' "$scratch/out"
is_true form-empty "not there" grep -qx 'f|None|None|0' "$scratch/out"
gives form-without-file 1 "" "cannot be read" get -F a=@/nonexistent $base/multipart
gives form-malformed 2 "" "a part is NAME=VALUE" get -F nothing $base/multipart
gives form-and-data 2 "" "no other body" get -F a=b -d c $base/multipart

# -b, -c
gives cookie-text 0 "cookie=a=b; c=d" "" get -b 'a=b; c=d' $base/get
jar=$scratch/in/jar
gives jar-made 0 set "" get -b "$jar" -c "$jar" $base/set
is_true jar-saved "not there" grep -q 'taste.chocolate' "$jar"
gives jar-used 0 "cookie=taste=chocolate" "" get -b "$jar" $base/get
gives jar-and-text 0 "cookie=x=y; taste=chocolate" "" get -b x=y -b "$jar" $base/get
gives jar-missing 1 "" "cookies cannot be read" get -b "$scratch/in/none" $base/get
gives jar-unwritable 1 set "cookies cannot be read or written" get -c "$scratch/no/jar" $base/set

# -u, --auth
gives digest 0 welcome "" get --auth digest -u 'mufasa:Circle of Life' $base/digest
gives any 0 welcome "" get --auth any -u 'mufasa:Circle of Life' $base/digest
gives digest-wrong 22 "" "401" get -f --auth digest -u mufasa:no $base/digest
gives basic 0 "GET /x" "" get -u 'a:b:c' $base/x
asked basic-sent 'Basic YTpiOmM='

# -C -
part=$scratch/in/file.part
file=$scratch/in/file
note=$scratch/in/file.part.validator
gives continue-nothing 0 "" "" get -C - -o "$file" $base/file
same continue-nothing-bytes "$big" "$file"
is_true continue-nothing-left "there is" [ ! -e "$part" ]
is_true continue-nothing-note "there is" [ ! -e "$note" ]
asked continue-nothing-asked 'GET|/file|||'
rm "$file"
gives continue-cut 1 "" "incomplete, and left there: $part" get -o "$file" $base/cut
is_true continue-note "no validator" grep -q '^"' "$note"
gives continue 0 "" "" get -C - -o "$file" $base/file
same continue-bytes "$big" "$file"
asked continue-range '|bytes=150000-|"'
is_true continue-clean "a file is left" [ ! -e "$part" ]
is_true continue-clean-note "a file is left" [ ! -e "$note" ]

rm "$file"
head -c 1000 /dev/zero >"$part"
echo '"another"' >"$note"
gives continue-changed 0 "" "" get --continue -o "$file" $base/file
same continue-changed-bytes "$big" "$file"
asked continue-changed-asked '|bytes=1000-|"another"|'

head -c 1000 "$big" >"$file"
gives continue-file 0 "" "is not checked" get -C - -o "$file" $base/file
same continue-file-bytes "$big" "$file"
gives continue-whole 0 "" "" get -C - -o "$file" $base/file
same continue-whole-bytes "$big" "$file"
asked continue-whole-asked '|bytes=300000-||'
cp "$big" "$part"
rm "$file"
gives continue-whole-part 0 "" "" get -f -C - -o "$file" $base/file
same continue-whole-part-bytes "$big" "$file"
is_true continue-whole-part-clean "it is left" [ ! -e "$part" ]
cat "$big" "$big" >"$part"
gives continue-too-long 22 "" "status 416: $part stays" get -C - -o "$file" $base/file
rm -f "$part"
gives continue-error 22 "" "status 503: $file stays as it is" get -C - -o "$file" $base/longbusy
same continue-error-bytes "$big" "$file"
gives continue-weak 1 "" "" get --timeout 1 -o "$scratch/in/w" $base/slow
is_true continue-weak-note "a validator" [ ! -e "$scratch/in/w.part.validator" ]
gives continue-stdout 2 "" "goes with -o" get -C - $base/file
gives continue-offset 2 "" "followed by -" get -C 100 -o "$file" $base/file
gives continue-body 2 "" "it goes with no body" get -C - -d x -o "$file" $base/file

# --retry
gives retry 0 "GET /busy/2" "again in 0 s, 2 more" get --retry 2 $base/busy/2
gives retry-date 0 "GET /busy/1" "again in 0 s" get --retry 1 $base/busy/1/date
gives retry-too-few 0 busy "" get --retry 1 $base/busy/2/b
is_true retry-too-few-tries "not 2" [ "$(grep -c '/busy/2/b' "$scratch/py/log")" -eq 2 ]
gives retry-none 0 busy "" get $base/busy/1/c
gives retry-post 0 "POST /busy/1/d" "" get --retry 1 -d a=1 $base/busy/1/d
gives retry-lost 0 "GET /lost/2" "again in 1 s" get --retry 3 $base/lost/2
gives retry-lost-post 1 "" "without a response" get --retry 3 -d a=1 $base/lost/1/p
is_true retry-lost-post-once "sent again" [ "$(grep -c '/lost/1/p' "$scratch/py/log")" -eq 1 ]
gives retry-later 1 "" "is not waited for" get --retry 3 $base/longbusy
gives retry-refused 1 "" "connection refused" get --retry 1 https://localhost:1/
is_true retry-refused-again "no second try" grep -q "again in 1 s, 1 more" "$scratch/err"
gives retry-printed 1 "" "the body was cut" get --retry 2 $base/cut
is_true retry-printed-once "again" sh -c '! grep -q again "$1"' sh "$scratch/err"
gives retry-file 0 "" "again in 1 s" get --retry 2 -o "$scratch/in/r" $base/cut
same retry-file-bytes "$big" "$scratch/in/r"
asked retry-file-range '|bytes=150000-|"'
gives retry-certificate 1 "" "issuer" "$httpsc" --retry 5 --cacert "$certs/ca2.pem" $base/x
is_true retry-certificate-once "again" sh -c '! grep -q again "$1"' sh "$scratch/err"
gives retry-nonsense 2 "" "--retry wants" get --retry x $base/x

# --timing: each line has 80 columns at most, and the bars do not go back
gives timing 0 "" "first byte" get --timing $base/drip
is_true timing-columns "more than 80" \
    [ "$(awk 'length > n { n = length } END { print n + 0 }' "$scratch/err")" -le 80 ]
is_true timing-order "a bar begins before the one above it, or a stage has none" awk '
    /\|$/ { bar = substr($0, index($0, "|") + 1); at = index(bar, "#"); n++
            if (at == 0 || at < before) { bad = 1 } before = at; took = $(NF - 1) }
    END { exit bad || n < 6 }' "$scratch/err"
is_true timing-body "the body has the longest bar, and has not" awk '
    /\|$/ { bar = $0; n = gsub(/#/, "", bar)
            if ($1 == "body") { body = n } else if (n > most) { most = n } }
    END { exit !(body > most) }' "$scratch/err"

# the progress bar
terminal()
{
    python3 "$root/tests/cli/terminal.py" "$httpsc" --cacert "$certs/ca.pem" "$@"
}
gives bar 0 "100% [##############################]" "" terminal -o "$scratch/in/bar" $base/drip
is_true bar-half "no state in between with rate and time left" grep -Eq \
    '^ [1-9][0-9]% \[#+ +\]  [0-9.]+ (B|KiB)  [0-9.]+ (B|KiB)/s  0:0[0-9] left' "$scratch/out"
is_true bar-end "no time taken" grep -Eq '  19\.5 KiB  [0-9.]+ KiB/s  0:0[0-9] taken' "$scratch/out"
is_true bar-columns "more than 79" \
    [ "$(awk 'length > n { n = length } END { print n + 0 }' "$scratch/out")" -le 79 ]
is_true bar-lines "it does not stay on one line" [ "$(awk '
    { sub(/ +$/, "") } /taken$/ { n++ } END { print n + 0 }' "$scratch/out")" -eq 1 ]
is_true bar-file "not 20,000 bytes" [ "$(wc -c <"$scratch/in/bar")" -eq 20000 ]
gives bar-unknown 0 "/s  0:0" "" terminal -o "$scratch/in/bar" $base/x
gives bar-none 0 "" "" get -o "$scratch/in/bar" $base/drip
is_true bar-none-quiet "stderr has something, and is no terminal" [ ! -s "$scratch/err" ]
head -c 100000 "$big" >"$scratch/in/half"
gives bar-continued 0 "100% [" "" terminal -C - -o "$scratch/in/half" $base/file
is_true bar-continued-all "not of the whole" grep -q '  293\.0 KiB ' "$scratch/out"
gives help-fits 0 "Exit: 0 complete" "" terminal --help
is_true help-fits-lines "more than 24 lines of 80 columns" awk '
    length > 80 { bad = 1 } END { exit bad || NR > 23 }' "$scratch/out"
finish
