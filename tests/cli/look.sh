. "$(dirname "$0")/support.sh"

# schema
ok schema "$data/credit.csv"
has "$out" "column"
has "$out" "Seniority"
has "$out" "number"
lines "$out" 15
ok schema "$data/credit.csv" --json
has "$out" '"rows": 4454'
has "$out" '{"name": "Seniority", "kind": "number", "missing": 0, "min": 0.0, "max": 48.0}'
is_json "$out"
"$program" schema - <"$data/iris.csv" >"$out" 2>"$err" || complain "schema -"
has "$out" "setosa 50"
printf 'a,b\n1\n' | "$program" schema - >"$out" 2>"$err" && complain "a ragged row on standard input"
has "$err" "standard input:2:2: 1 field, expected 2"
ok schema "$data/iris.csv" --drop sepal_length_cm,species --kind petal_width_cm:category
lacks "$out" "sepal_length_cm"
lines "$out" 4
fails 4 "sepal" schema "$data/iris.csv" --drop sepal
fails 2 "is not a list of names" schema "$data/iris.csv" --drop sepal_length_cm,,species
printf 'a;b\n1;x\n2;y\n' >semi.csv
ok schema semi.csv --separator ";"
lines "$out" 3
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "n"; print ",a,b,c\n1,2,3,4" }' >long.csv
ok schema long.csv # a long name is whole, and the others are not padded to it
[ "$(wc -c <"$out")" -gt 100000 ] || complain "the long name is cut"
[ "$(wc -c <"$out")" -lt 110000 ] || complain "all rows are as long as the longest name"

# split: sizes, strata, same rows for the same seed, both files or none
ok split "$data/credit.csv" --test 0.25 --stratify Status --seed 7 -o train.csv test.csv
n=$(($(wc -l <train.csv) + $(wc -l <test.csv)))
[ $n -eq 4456 ] || complain "$n lines after the split"
[ "$(grep -c '^bad,' test.csv)" -ge 312 ] || complain "the test part is not stratified"
ok split "$data/credit.csv" --test 0.25 --stratify Status --seed 7 -o train2.csv test2.csv --json
cmp -s train.csv train2.csv || complain "the same seed splits differently"
has "$out" '"train": '
ok split "$data/credit.csv" --test 100 -o train2.csv test2.csv
lines test2.csv 101
mkdir folder
fails 1 "folder" split "$data/iris.csv" -o new.csv folder
fails 1 "no/such" split "$data/iris.csv" -o new.csv no/such/b.csv
printf 'a\n1\n' >one.csv
ok schema one.csv
has "$err" "one.csv: 1 row, 1 column"
awk -F, 'NR == 1 || $5 != "virginica" || n++ < 1' "$data/iris.csv" >rare.csv
fails 4 "class 'virginica' has 1 row; to stratify" split rare.csv --stratify species -o a.csv b.csv
printf 'a,b\n1,3\n2,3\n3,7.5\n' >rare.csv
fails 4 "class '7.5' has 1 row; to stratify" split rare.csv --stratify b -o a.csv b.csv
fails 4 "spices" split "$data/iris.csv" --stratify spices -o a.csv b.csv
fails 2 "test_size" split "$data/iris.csv" --test 0 -o a.csv b.csv
printf 'x\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n' >ten.csv
ok split ten.csv --rng sklearn -o a.csv b.csv
[ "$(tr '\n' ' ' <b.csv)" = "x 2 8 4 " ] || complain "--rng sklearn tests $(tr "\n" " " <b.csv)"
[ "$(tr "\n" " " <a.csv)" = "x 9 1 6 7 3 0 5 " ] || complain "--rng sklearn trains on $(tr "\n" " " <a.csv)"
fails 2 "4294967295 at most" split ten.csv --rng sklearn --seed 4294967296 -o a.csv b.csv
fails 2 "native|sklearn" split ten.csv --rng numpy -o a.csv b.csv
fails 2 "scikit-learn's train_test_split knows no groups" split ten.csv --rng sklearn --groups x -o a.csv b.csv

# describe
ok describe
for name in classifiers random_forest_classifier standard_scaler metrics roc_auc; do has "$out" $name; done
ok describe --json
is_json "$out"
ok describe random_forest_classifier
has "$out" "n_estimators"
ok describe random_forest_classifier --json
is_json "$out"
ok describe roc_auc
has "$out" "More is better"
ok describe log_loss
has "$out" "Less is better"
fails 2 "did you mean 'random_forest_classifier'?" describe random_forest_clasifier
fails 2 "nosuchthing" describe nosuchthing

# inspect and verify
ok fit "$data/credit.csv" -t Status --set n_estimators=5 -q -o credit.cauce
ok inspect credit.cauce
has "$out" "random_forest_classifier"
has "$out" "Seniority"
has "$out" "bad, good (positive)"
has "$out" "importance"
ok inspect credit.cauce --json
is_json "$out"
has "$out" '"arrays"'
ok verify credit.cauce
has "$out" "ok  credit.cauce"
ok verify credit.cauce --json
has "$out" '"ok": true'

# statistics: coefficients of columns as they are and of levels against the first one, as lm and glm of R have them
ok fit "$data/diabetes.csv" -t progression --model "linear_regression statistics=true" -q -o tested.cauce
ok inspect tested.cauce
has "$out" "std. error"
matches "$out" "^ +num__bmi +5\.60296 +0\.71711 +7\.8133 +4\.3e-14 +4\.1935 +7\.0124"
matches "$out" "^ +\(constant\) +-334\.567 "
has "$out" "deviance 1263986, degrees of freedom 431, null deviance 2621009, dispersion 2932.682"
matches "$out" "^ +model__aic +1 +f64 +4795\.985724$"
ok inspect tested.cauce --json
is_json "$out"
has "$out" '"features": ['
has "$out" '"num__s6"'
has "$out" '"model__aic": [4795.98572'
has "$out" '"model__intercept": -334.56713'
ok fit "$data/titanic.csv" -t survived --model "logistic_regression penalty=none statistics=true" -o levels.cauce
lacks "$err" "warning"
ok inspect levels.cauce
matches "$out" "^ +num__age +-0\.0321592 +0\.0061068 +-5\.2661 +1\.39e-07 "
matches "$out" "^ +cat__sex_male +-2\.49821 +0\.14858 +-16\.814 +1\.92e-63 "
matches "$out" "^ +cat__passengerClass_3rd +-2\.15768 +0\.19517 +-11\.056 +2\.06e-28 "
lacks "$out" "passengerClass_1st"

# a path of penalties: some of them, with the one that predicts, and all of them as JSON; the numbers are those of
# scikit-learn: lasso_path on standardised columns, and the criterion of LassoLarsIC
ok fit "$data/diabetes.csv" -t progression --model "lasso_path criterion=bic" -q -o path.cauce
ok inspect path.cauce
matches "$out" "^ +alpha +df +explained +criterion"
matches "$out" "^ +45\.16 +0 +0\.0000 +5234\.849"
matches "$out" "^ +0\.97294 +7 +0\.5134 +4818\.692 +chosen$"
has "$out" "of 100 penalties (--json)"
matches "$out" "^ +num__s4 +0$"
ok inspect path.cauce --json
is_json "$out"
has "$out" '"model__chosen": 55'
ok fit "$data/diabetes.csv" -t progression --model "elastic_net_path n_alphas=4" -q -o path.cauce
ok inspect path.cauce
lacks "$out" "of 4 penalties"

# coefficients of classes, in full as JSON; small ones are no zeros
ok fit "$data/wine.csv" -t cultivar --model "logistic_regression tol=1e-8" -q -o classes.cauce
ok inspect classes.cauce
matches "$out" "^ +feature +class_0 +class_1 +class_2$"
matches "$out" "^ +num__alcohol +0\.810136 +-1\.01033 +0\.200195$"
matches "$out" "^ +\(constant\) +0\.412343 +0\.704839 +-1\.11718$"
has "$out" "and 3 more (--json)"
ok inspect classes.cauce --json
is_json "$out"
has "$out" '"model__coef": ['
has "$out" '-1.0103312'
awk 'BEGIN { print "x,y"; for (i = 0; i < 50; i++) print i * 1e6 "," (i + i % 3) }' >large.csv
ok fit large.csv -t y --kind y:number --model "linear_regression" --set standard_scaler__with_std=false -q -o small.cauce
ok inspect small.cauce
matches "$out" "^ +num__x +1\.00082e-06 "
matches "$out" "^ +\(constant\) +25\.48$"

# what is not a model
size=$(wc -c <credit.cauce)
head -c $((size / 2)) credit.cauce >half.cauce
fails 5 "half.cauce" verify half.cauce
fails 5 "half.cauce" predict half.cauce "$data/credit.csv" -o p.csv
printf 'PK\003\004rest of a zip' >zip.cauce
fails 5 "zip" verify zip.cauce
printf '\200\004\225\020\000\000\000\000\000\000\000}\224.' >pickle.cauce
fails 5 "pickle" inspect pickle.cauce
: >empty.cauce
fails 5 "empty" verify empty.cauce
fails 5 "iris.csv" verify "$data/iris.csv"
cp credit.cauce broken.cauce
printf 'X' | dd of=broken.cauce bs=1 seek=$((size - 100)) conv=notrunc 2>/dev/null
fails 5 "broken.cauce" verify broken.cauce
fails 1 "none.cauce" verify none.cauce
done_testing
