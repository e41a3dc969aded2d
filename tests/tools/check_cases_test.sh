#!/bin/sh
# check_cases.sh on small lists made for it: what is wrong is found, and nothing else.
#
#   tests/tools/check_cases_test.sh CHECK_CASES
set -eu
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0
mkdir -p "$tree/reference" "$tree/split" "$tree/cli"
: >"$tree/cli/fit.sh"
printf 'START_TEST(runs) {\nSTART_TEST(idle) {\nTEST_MAIN("x", TEST(other),\n          TEST(runs))\n' >"$tree/split/test_x.c"

# expect STATUS TEXT LINES: a list of these lines; TEXT must be in what is said of it.
expect() {
    printf '%b' "$3" >"$tree/reference/README.md"
    status=0
    output=$("$check" "$tree/reference/README.md" 2>&1) || status=$?
    case $status:$output in
    $1:*"$2"*) ;;
    *)
        printf 'status %s, not %s, or no "%s" in: %s\n' "$status" "$1" "$2" "$output"
        failures=$((failures + 1))
        ;;
    esac
}

good='| 1 | a | `split/test_x.c:runs` | exact |\n'
expect 0 '' "$good"'see `cli/fit.sh`\n## Not held\n| 2 | b | no such thing |\n'
expect 1 'no such file' "$good"'`split/test_y.c:runs`\n'
expect 1 'no such file' "$good"'`cli/gone.sh`\n'
expect 1 'no such test' "$good"'`split/test_x.c:run`\n'
expect 1 'not run' "$good"'`split/test_x.c:idle`\n'
expect 1 'without a test' "$good"'| 2 | b | nowhere | exact |\n'
expect 1 'no cases' '`split/test_x.c:runs`\n'
expect 1 'no tests' '| 1 | a | b | c |\n'
exit $((failures > 0))
