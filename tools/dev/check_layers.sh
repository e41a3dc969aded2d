#!/bin/sh
# Checks who includes whom, which files may touch what, and that banned functions are nowhere.
#
#   tools/dev/check_layers.sh [ROOT]      prints each breach as FILE:LINE: why; exit 1 when there is one
#
# The rules (docs/conventions.md):
#   base <- math <- data <- core <- split <- metrics <- {transformers, estimators} <- compose <- select <- inspect <- api
#   A file may include its own layer and those to its left. Transformers do not include each other, nor do estimators;
#   estimators may include estimators/tree/, linear/, bayes/ and boost/, which do not include each other, but that boost/
#   includes tree/. The public headers
#   include public headers only; ops/, tools/cli/, examples/ and bench/ see include/ and themselves only.
set -eu
root=${1:-$(dirname "$0")/../..}
cd "$root"
LC_ALL=C
export LC_ALL

directories=
for directory in src include transformers estimators ops tools/cli examples bench; do
    if [ -d "$directory" ]; then directories="$directories $directory"; fi
done
if [ -z "$directories" ]; then
    echo "check_layers: no source folder in $(pwd)" >&2
    exit 2
fi

list=$(mktemp)
trap 'rm -f "$list"' EXIT
# shellcheck disable=SC2086
find $directories -type f \( -name '*.c' -o -name '*.h' -o -name '*.def' -o -name '*.in' \) | sort >"$list"

awk '
function breach(why) {
    printf "%s:%d: %s\n", file, line, why
    breaches++
}

# The rank of the layer that a path in our tree belongs to; -1: none of the layers.
function layer_of(path,    parts, n) {
    n = split(path, parts, "/")
    if (parts[1] == "src" && n > 2 && parts[2] in rank) return rank[parts[2]]
    if (parts[1] == "transformers" || parts[1] == "estimators") return rank[parts[1]]
    return -1
}

# The line without comments, texts and character constants; "commented" lasts over lines.
function code_of(text,    out, c, quote) {
    out = ""
    while (text != "") {
        if (commented) {
            c = index(text, "*/")
            if (!c) return out
            text = substr(text, c + 2)
            commented = 0
            out = out " "
            continue
        }
        if (!match(text, /\/\*|\/\/|"|\047/)) return out text
        out = out substr(text, 1, RSTART - 1)
        quote = substr(text, RSTART, 1)
        if (quote == "/") {
            if (substr(text, RSTART, 2) == "//") return out
            commented = 1
            text = substr(text, RSTART + 2)
            continue
        }
        text = substr(text, RSTART + 1)
        while (text != "" && substr(text, 1, 1) != quote) text = substr(text, substr(text, 1, 1) == "\\" ? 3 : 2)
        text = substr(text, 2)
        out = out quote quote
    }
    return out
}

function calls(code, names) {
    return match(code, "(^|[^A-Za-z0-9_.>])(" names ")[ \t]*[(]")
}

function check_include(name, angle,    target, mine, theirs) {
    if (name ~ /\.c$/) breach("a source file is included: " name)
    if (name == "omp.h" && file != "src/base/parallel.c") breach("<omp.h> belongs in src/base/parallel.c")
    if (name ~ /^(cblas|lapacke|lapack|openblas_config)\.h$/ && file != "src/math/blas.c")
        breach("<" name "> belongs in src/math/blas.c")
    if (name ~ /^(zlib|zstd)\.h$/ && file ~ /^(src|transformers|estimators)\// && file != "src/base/unpack.c")
        breach("<" name "> belongs in src/base/unpack.c")
    if (name ~ /^microhttpd/ && file != "ops/server/http.c") breach("<" name "> belongs in ops/server/http.c")
    if (name ~ /^sqlite3/ && file !~ /^ops\/store/) breach("<" name "> belongs in ops/store*")
    if (name == "assert.h" && library) breach("the library does not abort: no <assert.h>")
    if (angle && name !~ /^cauce/) return
    if (name ~ /^cauce(\.h$|\/)/) return
    if (file ~ /^include\//) breach("a public header includes " name ", which is not public")
    mine = layer_of(file)
    if (mine < 0) { # ops, tools/cli, examples, bench: their own headers only
        if (name ~ /^(base|math|data|core|split|metrics|compose|select|inspect|api|tree|linear|bayes|boost)\//)
            breach("only public headers and its own may be included here, not " name)
        return
    }
    if (name ~ /^(tree|linear|bayes|boost)\//) target = "estimators/" name
    else if (name ~ /\//) target = "src/" name
    else target = name
    if (target ~ /^estimators\//) {
        if (file !~ /^estimators\//) breach("only estimators include " name)
        if (split(file, part, "/") == 3 && index(name, part[2] "/") != 1 && !(part[2] == "boost" && name ~ /^tree\//))
            breach(part[2] "/ does not include " substr(name, 1, index(name, "/")))
        return
    }
    theirs = layer_of(target)
    if (theirs < 0) {
        if (file ~ /^(transformers|estimators)\//)
            breach("transformers and estimators do not include each other: " name)
        else
            breach("includes are written \"layer/file.h\"; " name " is of no layer")
        return
    }
    if (theirs > mine)
        breach("layer " layer[mine] " may not include " name ": " layer[theirs] " comes after it")
}

function check_code(code) {
    if (code ~ /^[ \t]*#[ \t]*pragma[ \t]+omp/ || code ~ /_Pragma/) {
        if (file != "src/base/parallel.c") breach("#pragma omp belongs in src/base/parallel.c; use cauce_parallel")
    }
    if (file != "src/base/parallel.c" && calls(code, "omp_[a-z_]+"))
        breach("OpenMP belongs in src/base/parallel.c; use cauce_parallel")
    if (file != "src/math/blas.c" && calls(code, "cblas_[a-z0-9_]+|LAPACKE_[a-z0-9_]+|openblas_[a-z0-9_]+"))
        breach("BLAS and LAPACKE belong in src/math/blas.c")
    if (file !~ /^ops\/store/ && calls(code, "sqlite3_[a-z0-9_]+")) breach("SQL belongs in ops/store*")
    if (calls(code, "strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atof|gets|alloca|setlocale|rand|srand"))
        breach("banned function: " called(code))
    if (!library) return
    if (file != "src/base/alloc.c" && calls(code, "malloc|calloc|realloc|free|strdup|strndup|aligned_alloc|posix_memalign"))
        breach("memory comes through src/base/alloc.h: " called(code))
    if (calls(code, "abort|exit|_exit|_Exit|quick_exit|assert|printf|vprintf|puts|putchar|perror"))
        breach("the library never aborts, exits or prints: " called(code))
}

function called(code,    text) {
    text = substr(code, RSTART, RLENGTH)
    gsub(/[^A-Za-z0-9_]/, "", text)
    return text
}

BEGIN {
    n = split("base math data core split metrics transformers compose select inspect api", order, " ")
    for (i = 1; i <= n; i++) { rank[order[i]] = i; layer[i] = order[i] }
    rank["estimators"] = rank["transformers"]
    layer[rank["transformers"]] = "transformers and estimators"
}
{
    file = $0
    library = file ~ /^(src|transformers|estimators)\//
    line = commented = 0
    files++
    while ((status = (getline text < file)) > 0) {
        line++
        if (!commented && match(text, /^[ \t]*#[ \t]*include[ \t]*["<][^">]*[">]/)) {
            name = substr(text, RSTART, RLENGTH)
            in_angles = name ~ /</
            gsub(/^[^"<]*["<]|[">]$/, "", name)
            check_include(name, in_angles)
        }
        check_code(code_of(text))
    }
    if (status < 0) breach("cannot be read")
    close(file)
}
END {
    if (breaches) {
        printf "check_layers: %d breach%s in %d files\n", breaches, breaches == 1 ? "" : "es", files
        exit 1
    }
    printf "check_layers: %d files keep the rules\n", files
}' "$list"
