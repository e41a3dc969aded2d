#!/bin/bash
# Are models and predictions the same bytes whatever the processor, the compiler and the number of threads?
#
#   tools/dev/same_bits.sh [BUILD [OTHER_PROGRAM...]]
#
# BUILD: a build by gcc for x86-64 (default: build/release) whose cauce is up to date. It is linked twice more, from the
# same objects, for a machine with AVX2 and for one with nothing (cpu_level.c): kernels, function clones and dispatch are
# those of the library. OTHER_PROGRAM: cauce of other builds (clang, sanitizers). Models that BLAS has a part in are not
# compared: their bits belong to a family of processors. ONLY=TEXT in the environment: models whose line has it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:-$root/build/release}" && pwd)
[ $# -gt 0 ] && shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

link=$(ninja -C "$build" -t commands cauce | tail -1)
link=${link#: && }
link=${link% && :}
for level in 0 1; do
    cc -O1 -DCPU_LEVEL=$level -c "$root/tools/dev/cpu_level.c" -o "$work/level$level.o"
    (cd "$build" && eval "${link/-o cauce / $work/level$level.o -o $work/level$level }")
done
models() {
    cat <<'END'
titanic.csv survived random_forest_classifier n_estimators=30 oob_score=true corrected_importances=true permutation_importances=true
credit.csv Status random_forest_classifier n_estimators=20 criterion=entropy
credit.csv Status extra_trees_classifier n_estimators=20 class_weight=balanced
digits.csv digit extra_trees_classifier n_estimators=15
diamonds.csv cut extra_trees_classifier n_estimators=4 max_features=null
credit.csv Status hist_gradient_boosting_classifier max_iter=40
credit.csv Status hist_gradient_boosting_classifier max_iter=20 binning=edges max_cat_to_onehot=4
digits.csv digit random_forest_classifier n_estimators=15
digits.csv digit hist_gradient_boosting_classifier max_iter=8
wine.csv cultivar extra_trees_classifier n_estimators=30 max_leaf_nodes=9
diamonds.csv price random_forest_regressor n_estimators=5
diamonds.csv price decision_tree_regressor
diamonds.csv cut decision_tree_classifier max_leaf_nodes=500
diamonds.csv price extra_trees_regressor n_estimators=5
diamonds.csv price extra_trees_regressor n_estimators=5 bootstrap=true criterion=poisson
diamonds.csv price extra_trees_regressor n_estimators=5 max_features=4 interaction_cst=pairwise
diamonds.csv price hist_gradient_boosting_regressor max_iter=40
diabetes.csv progression random_forest_regressor n_estimators=30 quantile=[0.1,0.5,0.9] criterion=absolute_error
diabetes.csv progression decision_tree_regressor criterion=poisson ccp_alpha=0.1
END
}

bad=0 compared=0
while read -r file target model; do
    rm -f "$work"/first.*
    for program in "$build/cauce" "$work/level1" "$work/level0" "$@"; do
        unset GLIBC_TUNABLES
        case $program in "$work"/*) export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA ;; esac # its own kernels
        for threads in 1 2 7; do
            "$program" fit "$root/data/$file" -t "$target" -m "$model" --threads $threads -q -o "$work/now.cauce"
            "$program" predict "$work/now.cauce" "$root/data/$file" --threads $threads -q -o "$work/now.csv" 2>/dev/null
            for kind in cauce csv; do
                [ -e "$work/first.$kind" ] || cp "$work/now.$kind" "$work/first.$kind"
                compared=$((compared + 1))
                cmp -s "$work/first.$kind" "$work/now.$kind" && continue
                echo "differs: $kind of $model on $file, $(basename "$program"), $threads threads"
                bad=1
            done
        done
    done
done < <(models | grep -- "${ONLY:-}")
[ $bad = 0 ] && echo "$compared files, all the same"
exit $bad
