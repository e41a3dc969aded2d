#!/bin/sh
# Writes the model files that every later release must read: tests/golden/FORMAT/NAME.{cauce,csv,out}. Run once for each
# version of the format, with the program of that version; never over files that have been released.
#
#   tools/dev/make_golden.sh PROGRAM FORMAT       e.g. tools/dev/make_golden.sh build/release/cauce v1
set -eu
cauce=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$root/tests/golden/$2
[ ! -e "$out" ] || { echo "$out is there already" >&2; exit 1; }
mkdir -p "$out"

# golden NAME DATA TARGET ROWS PREDICT-OPTIONS FIT-OPTIONS...
golden() {
    name=$1 data=$root/data/$2 target=$3 rows=$4 options=$5
    shift 5
    "$cauce" fit "$data" --target "$target" "$@" --quiet -o "$out/$name.cauce"
    head -n "$rows" "$data" >"$out/$name.csv"
    # shellcheck disable=SC2086
    "$cauce" predict "$out/$name.cauce" "$out/$name.csv" $options --quiet -o "$out/$name.out"
}
golden logistic credit.csv Status 40 --proba --positive bad --model logistic_regression
golden forest iris.csv species 151 --proba --model 'random_forest_classifier n_estimators=5 max_depth=3 random_state=1'
golden trees diabetes.csv progression 40 '' --model 'random_forest_regressor n_estimators=3 max_depth=4 random_state=1'
golden ridge diabetes.csv progression 40 '' --model ridge
golden native titanic.csv survived 200 --proba --model 'random_forest_classifier n_estimators=5 max_depth=4 random_state=1'
golden boosting titanic.csv survived 100 --proba --positive yes --model 'hist_gradient_boosting_classifier max_iter=20 max_leaf_nodes=6'
ls -l "$out"
