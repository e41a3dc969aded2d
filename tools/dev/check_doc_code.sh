#!/bin/sh
# The C in a page stands, word for word, in a file that is compiled and run.
#
#   tools/dev/check_doc_code.sh PAGE.md FILE.c      prints each block that does not; exit 1 when there is one
set -eu
awk -v page="$1" '
NR == FNR { source = source $0 "\n"; next }
/^```c$/ { inside = 1; block = ""; start = FNR; next }
/^```$/ && inside {
    inside = 0
    blocks++
    if (index(source, block) == 0) {
        printf "%s:%d: this is not in the file\n", page, start
        bad = 1
    }
    next
}
inside { block = block $0 "\n" }
END {
    if (!blocks) { printf "%s: no C in it\n", page; bad = 1 }
    exit bad
}' "$2" "$1"
