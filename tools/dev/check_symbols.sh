#!/bin/sh
# Checks that the shared library exports what the public headers declare, and nothing else.
#
#   tools/dev/check_symbols.sh LIBRARY INCLUDE_FOLDER [--partial]      exit 1 when they differ
#
# --partial: a declared function may be missing (a library under construction).
#
# A symbol that slips out can collide with one of the user's program, and becomes a promise; a declared function
# that is not there fails only when the user links.
set -eu
library=$1
include=$2
partial=${3:-}
LC_ALL=C
export LC_ALL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Defined dynamic symbols, without versions (name@@VERSION). The locks that compilers make for a named
# "omp critical" are shared by design, and their leading dot keeps them out of C's way.
nm -D --defined-only "$library" | awk '$2 ~ /^[A-Za-z]$/ { sub(/@.*/, "", $3); if ($3 !~ /^\.gomp_critical_user_/) print $3 }' | sort -u >"$work/exported"
if [ ! -s "$work/exported" ]; then
    echo "check_symbols: $library exports nothing" >&2
    exit 2
fi

# What stands between CAUCE_API and the end of its declaration; the name is the last word before the bracket, or
# before the ; of an object. Comments and preprocessor lines are left out.
find "$include" -type f -name '*.h' | sort | xargs awk '
{
    text = $0
    out = ""
    while (text != "") {
        if (commented) {
            c = index(text, "*/")
            if (!c) { text = ""; break }
            text = substr(text, c + 2)
            commented = 0
        } else {
            c = index(text, "/*")
            if (!c) { out = out text; break }
            out = out substr(text, 1, c - 1) " "
            text = substr(text, c + 2)
            commented = 1
        }
    }
    sub(/\/\/.*/, "", out)
    if (continued || out ~ /^[ \t]*#/) { continued = out ~ /\\$/; next }
    all = all " " out
}
END {
    n = split(all, parts, /CAUCE_API/)
    for (i = 2; i <= n; i++) {
        match(parts[i], /[(;]/)
        head = substr(parts[i], 1, RSTART - 1)
        gsub(/\[[^]]*\]/, "", head)
        sub(/[ \t]+$/, "", head)
        sub(/.*[ \t*]/, "", head)
        print head
    }
}' | sort >"$work/declared_each"
sort -u "$work/declared_each" >"$work/declared"
uniq -d "$work/declared_each" >"$work/twice"

status=0
report() { # FILE TEXT
    while read -r name; do
        echo "check_symbols: $name $2"
        status=1
    done <"$1"
}
grep -v '^cauce_' "$work/exported" >"$work/foreign" || true
grep '^cauce_' "$work/exported" | comm -23 - "$work/declared" >"$work/undeclared"
comm -13 "$work/exported" "$work/declared" >"$work/missing"
report "$work/foreign" "is exported and does not begin with cauce_"
report "$work/undeclared" "is exported and in no public header"
if [ "$partial" = --partial ]; then : >"$work/missing"; fi
report "$work/missing" "is declared in a public header and not exported"
report "$work/twice" "is declared more than once"
[ "$status" -eq 0 ] || exit 1
echo "check_symbols: $(wc -l <"$work/exported" | tr -d ' ') of $(wc -l <"$work/declared" | tr -d ' ') declared functions are exported, and nothing else"
