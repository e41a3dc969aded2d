#!/bin/sh
# Every test that the list of cases names is in the file that it names, and is run by it.
#
#   tools/dev/check_cases.sh tests/reference/README.md      prints each one that is not; exit 1 when there is one
#
# A name is `FILE:FUNCTION` of a test in C, `FILE.sh` of a script, relative to the folder of tests; and each row of
# the table of cases has one.
set -eu
page=$1
tests=$(dirname "$page")/..
names=$(mktemp)
trap 'rm -f "$names"' EXIT
bad=0
say() {
    printf '%s: %s\n' "$page" "$1"
    bad=1
}
grep -oE '`[a-z_0-9/]+\.(c:[A-Za-z_0-9]+|sh)`' "$page" | tr -d '`' | sort -u >"$names"
[ -s "$names" ] || say "it names no tests"
while read -r name; do
    file=${name%%:*}
    test=${name#*:}
    if [ ! -f "$tests/$file" ]; then
        say "$name: there is no such file"
    elif [ "$file" != "$test" ]; then
        grep -q "^START_TEST($test)" "$tests/$file" || say "$name: there is no such test"
        grep -qE "[ (]TEST\($test\)" "$tests/$file" || say "$name: it is not run"
    fi
done <"$names"
rows=$(awk '/^## Not held/ { exit } /^\| [0-9]+ \|/' "$page")
[ -n "$rows" ] || say "it has no cases"
while read -r row; do
    case $row in
    *.c:*) ;;
    *) say "a case without a test: $row" ;;
    esac
done <<EOF
$rows
EOF
exit $bad
