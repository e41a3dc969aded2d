#!/bin/sh
# check_layers.sh on small trees made for it: each breach must be found, on its line, and nothing else.
#
#   tests/tools/check_layers_test.sh CHECK_LAYERS
set -eu
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

put() { # FILE CONTENT
    mkdir -p "$tree/$(dirname "$1")"
    printf '%b' "$2" >"$tree/$1"
}

# expect STATUS TEXT: runs the check over the tree, then empties it. TEXT must be in what it prints.
expect() {
    status=0
    output=$("$check" "$tree" 2>&1) || status=$?
    if [ "$status" -ne "$1" ]; then
        printf 'status %s instead of %s for "%s":\n%s\n' "$status" "$1" "$2" "$output"
        failures=$((failures + 1))
    fi
    case $output in
    *"$2"*) ;;
    *)
        printf 'no "%s" in:\n%s\n' "$2" "$output"
        failures=$((failures + 1))
        ;;
    esac
    rm -rf "${tree:?}"/*
}

# one FILE CONTENT TEXT: that file alone breaks the rules.
one() {
    put "$1" "$2"
    expect 1 "$1:$3"
}

# What is allowed.
put src/base/parallel.c '#include <omp.h>\n#pragma omp parallel\nint n = omp_get_max_threads();\n'
put src/base/alloc.c 'void *p = malloc(3);\n'
put src/math/blas.c '#include <cblas.h>\n#include "base/run.h"\nvoid f(void) { cblas_dgemm(1); }\n'
put src/base/unpack.c '#include <zlib.h>\n#include <zstd.h>\n'
put src/metrics/a.c '#include "metrics/a.h"\n#include "split/x.h"\n#include "cauce/table.h"\n#include <math.h>\n'
put estimators/forest.c '#include "tree/grow.h"\n#include "core/x.h"\n'
put estimators/tree/grow.c '#include "tree/bins.h"\n#include "metrics/a.h"\n'
put src/api/model.c '#include "compose/pipeline.h"\n'
put tools/cli/main.c '#include <cauce/cauce.h>\n#include "cmd.h"\nint main(void) { printf("x"); exit(malloc(1) != 0); }\n'
put src/data/words.c '/* strcpy(a, b) in a comment\n   atoi(c) */ char *t = "rand() \\" gets(x)"; // sprintf(d)\nint operand(int); int y = operand(2);\nvoid g(void) { file->free(p); s.printf(1); }\n'
expect 0 'files keep the rules'

# Layers.
one src/base/x.c '#include <math.h>\n#include "math/sort.h"\n' '2: layer base may not include math/sort.h'
one src/math/x.c '#include "data/table.h"\n' 1
one src/data/x.c '#include "core/param.h"\n' 1
one src/core/x.c '#include "split/splitter.h"\n' 1
one src/split/x.c '#include "metrics/metric.h"\n' 1
one src/metrics/x.c '#include "compose/pipeline.h"\n' 1
one transformers/x.c '#include "compose/pipeline.h"\n' 1
one src/compose/x.c '  # include "select/grid.h"\n' 1
one src/select/x.c '#include "inspect/shap.h"\n' 1
one src/inspect/x.h '#include "api/x.h"\n' 1
one src/core/x.c '#include "tree/grow.h"\n' '1: only estimators include tree/grow.h'
one transformers/x.c '#include "linear/path.h"\n' 1
one transformers/x.c '#include "scaler.h"\n' '1: transformers and estimators do not include each other'
one estimators/x.c '#include "ridge.h"\n' 1
one estimators/tree/x.c '#include "linear/path.h"\n' '1: tree/ does not include linear/'
one estimators/linear/x.c '#include "tree/grow.h"\n' '1: linear/ does not include tree/'
one src/split/x.c '#include "x.h"\n' '1: includes are written'
one src/data/x.c '#include <zlib.h>\n' '1: <zlib.h> belongs in src/base/unpack.c'
one src/split/x.c '#include "split/y.c"\n' '1: a source file is included'
one include/cauce/x.h '#include "base/run.h"\n' '1: a public header includes base/run.h'
one tools/cli/x.c '#include "base/run.h"\n' '1: only public headers'
one examples/x.c '#include "core/param.h"\n' 1
one ops/x.c '#include "data/table.h"\n' 1

# Files of their own.
one src/math/sort.c 'int a;\n#pragma omp simd\n' '2: #pragma omp'
one estimators/x.c '_Pragma("omp parallel for")\n' 1
one src/math/x.c '#include <omp.h>\n' 1
one src/math/x.c 'int n = omp_get_thread_num();\n' 1
one src/math/x.c '#include <lapacke.h>\n' 1
one estimators/linear/x.c 'void f(void) { LAPACKE_dpotrf(1); }\n' '1: BLAS and LAPACKE belong'
one ops/x.c '#include <sqlite3.h>\n' 1
one ops/server/routes.c '#include <microhttpd.h>\n' 1

# Banned functions, and what the library does not do.
for name in strcpy strcat sprintf strtok atoi gets alloca setlocale rand; do
    one tools/cli/x.c "int a;\nvoid f(void) { $name (a); }\n" "2: banned function: $name"
done
one src/data/x.c 'x = malloc(3);\n' '1: memory comes through'
one transformers/x.c 'if (a) free(b);\n' 1
one src/core/x.c 'abort();\n' '1: the library never aborts'
one estimators/x.c '#include <assert.h>\n' 1
one src/core/x.c 'printf("x");\n' 1
one src/core/x.c '/* a */ exit(1); /* b\n' 1

expect 2 'no source folder'
[ "$failures" -eq 0 ] || exit 1
echo "check_layers: all breaches found"
