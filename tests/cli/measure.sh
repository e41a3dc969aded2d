. "$(dirname "$0")/support.sh"

# score
ok fit "$data/titanic.csv" -t survived -m logistic_regression -q -o t.cauce
ok score t.cauce "$data/titanic.csv"
for metric in accuracy balanced_accuracy roc_auc log_loss; do has "$out" "$metric"; done
ok score t.cauce "$data/titanic.csv" --metric f1 --metric precision,recall --json
has "$out" '"f1": 0.'
has "$out" '"recall": 0.'
has "$out" '"rows": 1309'
is_json "$out"
fails 2 "accuracy" score t.cauce "$data/titanic.csv" --metric acuracy
fails 2 "r2" score t.cauce "$data/titanic.csv" --metric r2
awk -F, -v OFS=, 'NR == 1 { print $0, "w" } NR > 1 { print $0, 1 + NR % 3 }' "$data/titanic.csv" >weighted.csv
ok score t.cauce weighted.csv --metric accuracy --json
cp "$out" plain.json
ok score t.cauce weighted.csv --metric accuracy --weight w --json
cmp -s "$out" plain.json && complain "--weight changes no score"
lacks "$err" "does not know" # the weight is looked at
fails 2 "did you mean 'k_fold n_splits=5' or 'stratified_k_fold n_splits=5'?" cv "$data/iris.csv" -t species --folds 5
fails 2 "'kfold' is not a splitter; did you mean 'k_fold'?" cv "$data/iris.csv" -t species --folds kfold

# classes are called by their labels
grep -v '^yes' "$data/titanic.csv" >gone.csv
fails 4 "all rows are of class no (the negative one), none of class yes" score t.cauce gone.csv --metric roc_auc
ok score t.cauce gone.csv
has "$out" "accuracy"
has "$err" "warning: roc_auc is not defined: all rows are of class no"
sed '2s/^yes/maybe/' "$data/titanic.csv" >third.csv
fails 4 "target 'survived', row 1: 'maybe' is a class that the model does not know (no, yes)" score t.cauce third.csv
sed '2s/^[^,]*/7/' "$data/titanic.csv" | head -2 >number.csv
fails 4 "row 1: '7' is a class that the model does not know (no, yes)" score t.cauce number.csv
awk -F, 'NR == 1 || $5 != "virginica" || n++ < 2' "$data/iris.csv" >few.csv
ok cv few.csv -t species -m logistic_regression
has "$err" "the smallest class ('virginica') has 2 rows, fewer than n_splits=5"
cut -d, -f2- "$data/titanic.csv" >blind.csv
fails 4 "survived" score t.cauce blind.csv
ok fit "$data/diabetes.csv" -t progression -m ridge -q -o d.cauce
ok score d.cauce "$data/diabetes.csv"
has "$out" "rmse"
ok fit "$data/iris.csv" -t species -m logistic_regression -q -o i.cauce
ok score i.cauce "$data/iris.csv" --json
has "$out" "roc_auc_ovr"

# score: metrics with parameters, report, confusion matrix, curves
ok score t.cauce "$data/titanic.csv" --metric "fbeta beta=2" --metric f2 --json
has "$out" '"fbeta beta=2": 0.'
[ "$(grep -o '0\.[0-9]*' "$out" | sort -u | wc -l)" -eq 1 ] || complain "f2 is not fbeta beta=2"
ok score t.cauce "$data/titanic.csv" --report --confusion --curve calibration
has "$out" "weighted avg"
has "$out" "true \\ predicted"
has "$out" "prob_pred"
lacks "$out" "log_loss"
ok score t.cauce "$data/titanic.csv" --report --confusion --normalize true --curve "roc class=no" --json
has "$out" '"macro_avg": {'
has "$out" '"cells": [[0.'
has "$out" '"curve": "roc class=no"'
has "$out" '"inf"'
is_json "$out"
ok score t.cauce "$data/titanic.csv" --curve roc -o roc.csv
[ "$(head -1 roc.csv)" = "threshold,fpr,tpr" ] || complain "head of roc.csv: $(head -1 roc.csv)"
[ "$(sed -n 2p roc.csv)" = "inf,0,0" ] || complain "start of roc.csv: $(sed -n 2p roc.csv)"
ok score i.cauce "$data/iris.csv" --confusion -o confusion.csv
lines confusion.csv 4
ok fit "$data/digits.csv" -t digit -m "random_forest_classifier n_estimators=5 max_depth=3" --task classification -q -o digits.cauce
ok score digits.cauce "$data/digits.csv" --confusion
[ "$(awk '{ if (length > n) n = length } END { print n }' "$out")" -le 80 ] || complain "a confusion matrix is wider than 80 columns"
fails 2 "needs --confusion" score t.cauce "$data/titanic.csv" --normalize true
fails 2 "-o writes one of" score t.cauce "$data/titanic.csv" -o x.csv
fails 2 "-o writes one of" score t.cauce "$data/titanic.csv" --report --confusion -o x.csv
fails 2 "did you mean 'roc'" score t.cauce "$data/titanic.csv" --curve rok
fails 2 "class=maybe" score t.cauce "$data/titanic.csv" --curve "roc class=maybe"
fails 2 "the model is a regressor" score d.cauce "$data/diabetes.csv" --report
ok cv "$data/titanic.csv" -t survived -m logistic_regression --metric "roc_auc max_fpr=0.2" --metric "fbeta beta=2 zero_division=0, accuracy" --json
has "$out" '"roc_auc max_fpr=0.2": {'
has "$out" '"fbeta beta=2 zero_division=0": {'
has "$out" '"accuracy": {'
fails 2 "is no distribution" cv "$data/diabetes.csv" -t progression -m ridge --metric "d2_tweedie power=0.5"
ok fit "$data/titanic.csv" -t survived -m ridge_classifier -q -o r.cauce
ok score r.cauce "$data/titanic.csv" --curve roc --metric "roc_auc max_fpr=0.1"
fails 2 "needs probabilities" score r.cauce "$data/titanic.csv" --curve calibration
ok describe fbeta
has "$out" "beta = 1"
ok describe stratified_k_fold
has "$out" "n_splits = 5"
ok describe calibration --json
has "$out" '"n_bins"'

# cv: one recipe
ok cv "$data/titanic.csv" -t survived -m logistic_regression --json
has "$out" '"metrics": {'
has "$out" '"accuracy": {'
has "$out" '"mean": 0.'
has "$out" '"folds": 5'
has "$out" '"rows": 1309'
lacks "$out" dummy
is_json "$out"
cp "$out" first.json
ok cv "$data/titanic.csv" -t survived -m logistic_regression --json --threads 1
cmp -s "$out" first.json || complain "threads change the scores"
ok cv "$data/titanic.csv" -t survived --set n_estimators=10
has "$out" "fold 1"
has "$out" "±"

# cv: several models beside the dummy
ok cv "$data/titanic.csv" -t survived -m logistic_regression -m "random_forest_classifier n_estimators=5" --metric roc_auc --json
has "$out" '"model": "dummy_classifier"'
has "$out" '"model": "random_forest_classifier n_estimators=5"'
ok cv "$data/titanic.csv" -t survived -m logistic_regression -m "random_forest_classifier n_estimators=5"
has "$out" "dummy_classifier"
ok cv "$data/diabetes.csv" -t progression -m ridge
has "$out" "dummy_regressor"
fails 2 "do not answer the same question" cv "$data/titanic.csv" -t survived -m logistic_regression -m ridge

# decision values instead of probabilities
ok cv "$data/iris.csv" -t species -m ridge_classifier -m logistic_regression
has "$out" "f1_macro"
lacks "$out" "log_loss"
ok cv "$data/iris.csv" -t species -m ridge_classifier -o oof.csv
[ "$(head -1 oof.csv)" = "fold,prediction,decision_setosa,decision_versicolor,decision_virginica" ] || complain "head of oof.csv: $(head -1 oof.csv)"
fails 2 "needs probabilities" cv "$data/iris.csv" -t species -m ridge_classifier --metric log_loss
ok search "$data/iris.csv" -t species -m ridge_classifier --grid "alpha=[0.1, 1]"

# folds of every kind
ok cv "$data/iris.csv" -t species -m logistic_regression --folds "stratified_k_fold n_splits=3" --json
has "$out" '"folds": 3'
awk -F, -v OFS=, 'NR == 1 { print $0, "part" } NR > 1 { print $0, (NR % 4 == 0 ? -1 : NR % 4 == 1 ? "" : NR % 2) }' "$data/iris.csv" >parts.csv
ok cv parts.csv -t species -m logistic_regression --folds column=part --json
has "$out" '"folds": 2'
cp "$out" column.json
tail -n +2 parts.csv | cut -d, -f6 >parts.txt
ok cv "$data/iris.csv" -t species -m logistic_regression --folds file=parts.txt --json
cmp -s "$out" column.json || complain "folds from a column and from a file differ"
fails 4 "parrt" cv parts.csv -t species --folds column=parrt
fails 1 "none.txt" cv parts.csv -t species --folds file=none.txt
fails 2 "k_fold" cv "$data/iris.csv" -t species --folds "k_flod n_splits=3"
fails 2 "n_splits" cv "$data/iris.csv" -t species --folds "k_fold splits=3"
fails 2 "accuracy" cv "$data/iris.csv" -t species --metric acuracy

# folds of scikit-learn: the first rows of its StratifiedKFold(5, shuffle=True, random_state=42)
ok cv "$data/titanic.csv" -t survived -m dummy_classifier --folds "stratified_k_fold n_splits=5 shuffle=true random_state=42 rng=sklearn" -o drawn.csv
cut -d, -f1 drawn.csv >folds.txt
[ "$(sed -n 2,21p folds.txt | tr -d '\n')" = 30020314130331013404 ] || complain "folds with rng=sklearn"
ok cv "$data/titanic.csv" -t survived -m dummy_classifier --folds "stratified_k_fold n_splits=5 shuffle=true rng=sklearn" --seed 42 -o drawn.csv
cut -d, -f1 drawn.csv | cmp -s - folds.txt || complain "--seed is not the random_state of folds"
ok cv "$data/titanic.csv" -t survived -m dummy_classifier --folds "stratified_k_fold n_splits=5 shuffle=true" --seed 42 -o drawn.csv
cut -d, -f1 drawn.csv | cmp -s - folds.txt && complain "rng=sklearn changes nothing"

# folds by time, whatever the order of the rows; a split by time
awk -F, -v OFS=, 'NR == 1 { print $0, "day" } NR > 1 { print $0, (NR * 37) % 149 }' "$data/iris.csv" >days.csv
(head -1 days.csv && tail -n +2 days.csv | sort -t, -k6,6n -s) >sorted.csv
ok cv days.csv -t species -m logistic_regression --time day --folds "time_series_split n_splits=3 test_size=20 gap=2" --json
cp "$out" days.json
ok cv sorted.csv -t species -m logistic_regression --time day --folds "time_series_split n_splits=3 test_size=20 gap=2" --json
grep mean "$out" | cut -c1-30 >a.txt
grep mean days.json | cut -c1-30 >b.txt
cmp -s a.txt b.txt || complain "folds by time depend on the order of the rows"
fails 4 "to put rows in the order of time" cv "$data/titanic.csv" -t survived -m logistic_regression --time sex --folds time_series_split
ok split days.csv --time day --test 0.2 -o early.csv late.csv
[ "$(tail -n +2 early.csv | cut -d, -f6 | sort -n | tail -1)" -lt "$(tail -n +2 late.csv | cut -d, -f6 | sort -n | head -1)" ] || complain "split by time"
ok cv "$data/diabetes.csv" -t progression -m ridge --folds "stratified_k_fold bins=10" --json
has "$out" '"folds": 5'

# out-of-fold predictions, also on standard output
ok cv "$data/iris.csv" -t species -m logistic_regression -o oof.csv
lines oof.csv 151
[ "$(head -1 oof.csv)" = "fold,prediction,proba_setosa,proba_versicolor,proba_virginica" ] || complain "head of oof.csv: $(head -1 oof.csv)"
"$program" cv "$data/iris.csv" -t species -m logistic_regression -o - >s.csv 2>"$err" || complain "cv -o -"
cmp -s s.csv oof.csv || complain "out-of-fold predictions on standard output differ"
has "$err" "accuracy"

# a fold that fails is told
printf 'x,y\n1,a\n2,a\n3,a\n4,a\n5,b\n6,a\n' >rare.csv
ok describe accuracy
# A warning that each model gives is shown once.
i=0
echo 'x,note,y' >notes.csv
while [ $i -lt 40 ]; do
    echo "$i,remark $i,$((i % 2))"
    i=$((i + 1))
done >>notes.csv
ok cv notes.csv --target y -m ridge_classifier -m logistic_regression
[ "$(grep -c "column 'note' is free text" "$err")" -eq 1 ] || complain "a warning is shown again for each model"

done_testing
