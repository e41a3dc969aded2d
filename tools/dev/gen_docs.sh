#!/bin/sh
# Writes docs/components.md from the registry of a build.
#
#   tools/dev/gen_docs.sh [PROGRAM]             PROGRAM: gen_docs of a build (default: build/release/tests/gen_docs)
#   tools/dev/gen_docs.sh --check PROGRAM       writes nothing; exit 1 and the difference when the page is out of date
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
page=$root/docs/components.md
if [ "${1-}" = --check ]; then
    "$2" | diff -u "$page" - && exit 0
    echo "docs/components.md is out of date: run tools/dev/gen_docs.sh" >&2
    exit 1
fi
program=${1:-$root/build/release/tests/gen_docs}
new=$page.new
trap 'rm -f "$new"' EXIT
"$program" >"$new"
mv "$new" "$page"
