#!/bin/sh
# The main job on real data, with the program alone: look, split, compare, search, save, and score in a fresh process.
# Run by ./dev demo; CAUCE names the program. Writes only under build/demo.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
cauce=${CAUCE:-build/release/cauce}
out=build/demo
rm -rf "$out"
mkdir -p "$out"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n%s\n' "$*"; }
# Shows a command as a user would type it, then runs it.
run() {
    printf '$ cauce'
    for word in "$@"; do
        case $word in
        *[\ \[\]\;\*]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$cauce" "$@"
}
credit='--target Status --positive bad'

say '1. What is in the data? 4454 loans, some went bad.'
run schema data/credit.csv

say '2. Keep a quarter aside, to be looked at once, at the end.'
run split data/credit.csv --test 0.25 --stratify Status --seed 7 -o "$out/train.csv" "$out/test.csv"

say '3. Boosting or a forest on the data as it is, or imputer + encoder + scaler and a logistic regression: better than guessing?'
# shellcheck disable=SC2086
run cv "$out/train.csv" $credit --model hist_gradient_boosting_classifier --model random_forest_classifier \
    --model logistic_regression \
    --metric roc_auc --metric log_loss --metric accuracy

say '4. Which forest? Every combination on the same five folds; the best is fitted to all rows and saved.'
# shellcheck disable=SC2086
run search "$out/train.csv" $credit --model random_forest_classifier --metric roc_auc \
    --grid 'max_depth=[8, 12, null] min_samples_leaf=[1, 5, 15] max_features=[sqrt, 0.5]' -o "$out/credit.cauce"

say '5. In a fresh process: load the model, score the loans it has never seen.'
run score "$out/credit.cauce" "$out/test.csv"
run verify "$out/credit.cauce"

say '6. And use it: a probability for every new loan, in constant memory, from any pipe.'
run predict "$out/credit.cauce" "$out/test.csv" --proba --keep Age,Job,Amount -o "$out/scored.csv"
head -n 5 "$out/scored.csv"

say "Next: cauce inspect $out/credit.cauce   cauce describe random_forest_classifier   cauce --help"
