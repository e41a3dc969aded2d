#!/bin/sh
# check_symbols.sh on small libraries made for it.
#
#   tests/tools/check_symbols_test.sh CHECK_SYMBOLS CC
set -eu
check=$1
cc=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
mkdir "$work/include"

# expect STATUS TEXT [--partial]: compiles lib.c, checks it against include/lib.h.
expect() {
    "$cc" -shared -fPIC -fvisibility=hidden -I"$work/include" -o "$work/lib.so" "$work/lib.c"
    status=0
    output=$("$check" "$work/lib.so" "$work/include" ${3:+"$3"} 2>&1) || status=$?
    case "$status $output" in
    "$1 "*"$2"*) ;;
    *)
        printf 'not status %s with "%s" but %s:\n%s\n' "$1" "$2" "$status" "$output"
        failures=$((failures + 1))
        ;;
    esac
}

cat >"$work/include/lib.h" <<'H'
#define CAUCE_API __attribute__((visibility("default")))
/* CAUCE_API int cauce_in_a_comment(void); and cauce_macro is none either */
#define cauce_macro(a) \
    cauce_one(a)
CAUCE_API int cauce_one(int a);
CAUCE_API const char *const *cauce_two(int (*call)(int, void *),
                                       const char *b) __attribute__((__nonnull__(2))); // CAUCE_API
CAUCE_API extern const double cauce_table_of[3];
static inline int cauce_inline(int a) { return a; }
H
body='#include "lib.h"
int cauce_one(int a) { return cauce_inline(a); }
const char *const *cauce_two(int (*call)(int, void *), const char *b) { return (void)call, (void)b, (const char *const *)0; }
const double cauce_table_of[3];
int ca_hidden(void); int ca_hidden(void) { return 1; }'

printf '%s\n' "$body" >"$work/lib.c"
expect 0 '3 of 3 declared'
printf '%s\nCAUCE_API int ca_shown(void); int ca_shown(void) { return 1; }\n' "$body" >"$work/lib.c"
expect 1 'ca_shown is exported and does not begin with cauce_'
printf '%s\nCAUCE_API int cauce_extra(void); int cauce_extra(void) { return 1; }\n' "$body" >"$work/lib.c"
expect 1 'cauce_extra is exported and in no public header'
expect 1 'cauce_extra is exported' --partial
printf '%s\n' "$body" | sed '/^const char/d' >"$work/lib.c"
expect 1 'cauce_two is declared in a public header and not exported'
expect 0 '2 of 3 declared' --partial
printf '#include "lib.h"\n' >"$work/lib.c"
expect 2 'exports nothing'
printf '%s\n' "$body" >"$work/lib.c"
echo 'CAUCE_API int cauce_one(int a);' >"$work/include/again.h"
expect 1 'cauce_one is declared more than once'

[ "$failures" -eq 0 ] || exit 1
echo "check_symbols: all differences found"
