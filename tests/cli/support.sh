# Sourced by every test of the program: sh TEST.sh PROGRAM SOURCE_DIRECTORY
# Each test runs in an empty directory of its own; a failure is printed and counted, and ends it with 1 at last.
program=$1
source=$2
data=$source/data
failures=0
work=$(mktemp -d "${TMPDIR:-/tmp}/cauce-cli-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/here" && cd "$work/here" || exit 1
out=$work/out err=$work/err
unset NO_COLOR CI COLUMNS

complain() {
    failures=$((failures + 1))
    printf 'FAILED: %s\n' "$1" >&2
    [ -s "$out" ] && sed 's/^/  out: /' "$out" | head -20 >&2
    [ -s "$err" ] && sed 's/^/  err: /' "$err" | head -20 >&2
}

files_here() {
    ls -A | tr '\n' ' '
}

# ok ARGUMENTS...: the program ends with 0
ok() {
    "$program" "$@" >"$out" 2>"$err" </dev/null
    code=$?
    [ $code -eq 0 ] || complain "exit code $code, not 0: cauce $*"
}

# fails CODE TEXT ARGUMENTS...: the program ends with CODE, one line on standard error has TEXT, standard output
# is empty, and no file appears or goes
fails() {
    wanted=$1 text=$2
    shift 2
    before=$(files_here)
    "$program" "$@" >"$out" 2>"$err" </dev/null
    code=$?
    [ $code -eq "$wanted" ] || complain "exit code $code, not $wanted: cauce $*"
    grep -qF -e "$text" "$err" || complain "standard error lacks '$text': cauce $*"
    [ "$(grep -c '^cauce: ' "$err")" -eq 1 ] || complain "not exactly one line of error: cauce $*"
    [ -s "$out" ] && complain "something on standard output: cauce $*"
    [ "$before" = "$(files_here)" ] || complain "files before: $before; now: $(files_here); cauce $*"
}

# has FILE TEXT, lacks FILE TEXT
has() {
    grep -qF -e "$2" "$1" || complain "'$2' is not in $(basename "$1")"
}
lacks() {
    grep -qF -e "$2" "$1" && complain "'$2' is in $(basename "$1")"
}
# matches FILE PATTERN: a line of the file does (extended regular expression)
matches() {
    grep -qE -e "$2" "$1" || complain "no line of $(basename "$1") matches '$2'"
}
# lines FILE N
lines() {
    n=$(wc -l <"$1")
    [ "$n" -eq "$2" ] || complain "$1 has $n lines, not $2"
}
# exists FILE, absent FILE
exists() {
    [ -s "$1" ] || complain "$1 is not there"
}
absent() {
    [ -e "$1" ] && complain "$1 is there"
}
# is_json FILE: balanced and quoted as JSON must be (checked by the program itself: a SPEC that parses fails
# only because of its keys)
is_json() {
    cp "$1" "$work/check.json"
    "$program" cv "$work/check.json" "$data/iris.csv" >"$work/json.out" 2>"$work/json.err"
    grep -q 'line [0-9]*, column [0-9]*' "$work/json.err" && complain "not JSON: $(cat "$1")"
}
done_testing() {
    [ $failures -eq 0 ] || { printf '%s failures\n' $failures >&2; exit 1; }
    exit 0
}
