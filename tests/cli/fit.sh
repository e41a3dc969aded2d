. "$(dirname "$0")/support.sh"

# what it says
ok fit "$data/credit.csv" --target Status --positive bad --set n_estimators=10 -o credit.cauce
exists credit.cauce
[ -s "$out" ] && complain "fit writes on standard output"
has "$err" "4454 rows, 13 features (9 number, 3 category, 1 boolean)"
has "$err" "Status: bad 1254 (positive), good 3200"
has "$err" "random_forest_classifier"
has "$err" "cauce spec $data/credit.csv --target Status"
has "$err" "credit.cauce ("
ok fit "$data/credit.csv" --target Status --set n_estimators=10 --quiet -o quiet.cauce
[ -s "$err" ] && complain "--quiet is not quiet"

# the same bytes for any number of threads; a seed changes them
ok fit "$data/titanic.csv" -t survived --set n_estimators=20 --threads 1 -q -o one.cauce
ok fit "$data/titanic.csv" -t survived --set n_estimators=20 --threads 4 -q -o four.cauce
cmp -s one.cauce four.cauce || complain "threads change the model"
ok fit "$data/titanic.csv" -t survived --set n_estimators=20 --seed 5 -q -o five.cauce
cmp -s one.cauce five.cauce && complain "--seed changes nothing"
ok inspect five.cauce --json
has "$out" '"random_state": 5'

# estimators, regression, numbers as classes
ok fit "$data/diabetes.csv" -t progression -m "ridge alpha=0.5" -o ridge.cauce --json
has "$out" '"target": "progression"'
has "$out" '"rows": 442'
has "$out" '"classes": []'
is_json "$out"
ok fit "$data/titanic.csv" -t survived -m logistic_regression --json -q -o t.cauce
has "$out" '"classes": ["no", "yes"]'
has "$out" '"positive": "yes"'
printf 'x,y\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n7,1\n' >numbers.csv
ok fit numbers.csv -t y --set n_estimators=3 -o n.cauce --json
has "$out" '"classes": ["0", "1"]'
ok fit numbers.csv -t y --task regression --set n_estimators=3 -o n.cauce --json
has "$out" '"classes": []'
has "$err" "y: a number from 0 to 1"
ok fit numbers.csv -t y -m ridge -o n.cauce
has "$err" "y: a number of only 2 values; a classifier would make them classes"
printf 'x,y,z\n1,no,2.5\n2,yes,3\n3,no,1\n4,yes,0\n5,no,4\n6,yes,2\n7,yes,1\n' >words.csv
ok fit words.csv -t y -m ridge -o w.cauce
has "$err" "y: no 3 as the number 0, yes 4 as the number 1; a classifier would make them classes"
fails 2 "--task classification needs a classifier, and ridge is a regressor" fit words.csv -t y -m ridge --task classification -o x.cauce
fails 2 "--task regression needs a regressor, and logistic_regression is a classifier" fit numbers.csv -t y -m logistic_regression --task regression -o x.cauce
ok fit words.csv -t z --task regression -m ridge -o w.cauce
has "$err" "z: a number from 0 to 4"

# a model on standard output, and read from standard input
"$program" fit "$data/titanic.csv" -t survived --set n_estimators=20 -q -o - >stream.cauce 2>"$err" || complain "fit -o -"
cmp -s stream.cauce one.cauce || complain "a streamed model differs"
"$program" fit - -t survived --set n_estimators=20 -q -o piped.cauce <"$data/titanic.csv" 2>"$err" || complain "fit -"
cmp -s piped.cauce one.cauce || complain "a table from standard input gives another model"
"$program" verify - <one.cauce >"$out" 2>"$err" || complain "verify -"

# rows that are looked at, and going on
ok split "$data/credit.csv" --test 0.3 --seed 3 -q -o train.csv test.csv
boosting="hist_gradient_boosting_classifier max_iter=200"
ok fit train.csv -t Status -m "$boosting" --validation test.csv -o looked.cauce
matches "$err" '^ *[0-9]* iterations$' # where it stopped
ok inspect looked.cauce
has "$out" "iterations  training  validation"
has "$out" "lowest"
ok fit train.csv -t Status -m hist_gradient_boosting_classifier --set max_iter=9 -q -o some.cauce
ok fit train.csv -t Status -m hist_gradient_boosting_classifier --set max_iter=20 -q -o all.cauce
ok fit train.csv --continue some.cauce --set max_iter=20 -o more.cauce --json
has "$out" '"rows": 3117'
has "$err" "20 iterations"
cmp -s all.cauce more.cauce || complain "20 iterations are not 9 and 11 more"
ok fit train.csv --continue some.cauce --set max_iter=200 --validation test.csv -q -o more.cauce
sed 's/,rent,/,castle,/' test.csv >castle.csv
ok fit train.csv -t Status -m "$boosting" --validation castle.csv -o looked.cauce
has "$err" "Home"
fails 2 "random_forest_classifier takes no validation table" fit train.csv -t Status --validation test.csv -o x.cauce
fails 4 "no column 'Status'" fit train.csv -t Status -m "$boosting" --validation "$data/iris.csv" -o x.cauce
fails 1 "none.csv" fit train.csv -t Status -m "$boosting" --validation none.csv -o x.cauce
ok fit "$data/titanic.csv" --continue one.cauce --set n_estimators=30 -o thirty.cauce
ok fit "$data/titanic.csv" -t survived --set n_estimators=30 -q -o at_once.cauce
cmp -s thirty.cauce at_once.cauce || complain "30 trees are not 20 and 10 more"
fails 2 "n_estimators=9 is less than the 20 trees" fit "$data/titanic.csv" --continue one.cauce --set n_estimators=9 -o x.cauce
fails 2 "takes no validation table" fit "$data/titanic.csv" --continue one.cauce --validation "$data/titanic.csv" -o x.cauce
fails 2 "ridge does not go on" fit "$data/diabetes.csv" --continue ridge.cauce -o x.cauce
fails 2 "--target has no meaning" fit train.csv -t Status --continue some.cauce -o x.cauce
fails 2 "--exposure has no meaning" fit train.csv --exposure Age --continue some.cauce -o x.cauce
fails 2 "--offset has no meaning" fit train.csv --offset Age --continue some.cauce -o x.cauce
fails 2 "max_iter=3 is less than the 9 iterations" fit train.csv --continue some.cauce --set max_iter=3 -o x.cauce
fails 4 "'Seniority'" fit "$data/iris.csv" --continue some.cauce --set max_iter=30 -o x.cauce
fails 1 "none.cauce" fit train.csv --continue none.cauce -o x.cauce

# rows without a target
printf 'x,y\n1,a\n2,b\n3,\n4,a\n5,b\n' >holes.csv
fails 4 "y" fit holes.csv -t y -m logistic_regression -o h.cauce
ok fit holes.csv -t y -m logistic_regression --drop-missing-target -o h.cauce
has "$err" "4 rows"

# the line that prints the recipe says all that was said of the table
sed '1s/species/the kind/' "$data/iris.csv" >"iris's.csv"
ok fit "iris's.csv" -t 'the kind' --drop sepal_length_cm --missing '' --set n_estimators=2 --seed 3 -o i.cauce
has "$err" "(automatic; to change it: cauce spec 'iris'\\''s.csv' --target 'the kind' --drop sepal_length_cm --missing '' --set n_estimators=2 --seed 3 > spec.json)"
eval "$(sed -n "s/.*to change it: cauce \(.*\) > spec.json)/\"\$program\" \1/p" "$err")" >spec.json || complain "the line does not run"
ok fit spec.json "iris's.csv" -q -o j.cauce
cmp -s i.cauce j.cauce || complain "that recipe gives another model"

# weights beyond what sums can hold
awk -F, -v OFS=, 'NR == 1 { print $0, "w" } NR > 1 { print $0, "1e" (NR % 2 ? 300 : 308) }' "$data/iris.csv" >heavy.csv
fails 4 "weight column 'w': the weights add up to more than a number can hold" fit heavy.csv -t species --weight w -m ridge_classifier -o x.cauce
sed 's/1e308$/1/' heavy.csv >heavier.csv
fails 4 "the weights add up to 7.5e+301; divided by the largest" fit heavier.csv -t species --weight w -m hist_gradient_boosting_classifier -o x.cauce

# failures leave nothing behind
fails 1 "none.csv" fit none.csv -t y -o x.cauce
fails 4 "did you mean 'Status'?" fit "$data/credit.csv" -t Statsu -o x.cauce
fails 4 "did you mean 'Age'?" fit "$data/credit.csv" -t Status --weight Agee -o x.cauce
fails 2 "column 'Status' is named by target and by groups" fit "$data/credit.csv" -t Status --groups Status -o x.cauce
fails 2 "column 'Status' is named by target and by drop" fit "$data/credit.csv" -t Status --drop Age,Status -o x.cauce
fails 2 "did you mean 'random_forest_classifier'?" fit "$data/credit.csv" -t Status -m random_forest_clasifier -o x.cauce
fails 2 "n_estimators" fit "$data/credit.csv" -t Status --set n_estimator=5 -o x.cauce
fails 2 "n_estimators" fit "$data/credit.csv" -t Status --set n_estimators=-5 -o x.cauce
fails 2 "only cv compares models" fit "$data/credit.csv" -t Status -m dummy_classifier -m logistic_regression -o x.cauce
fails 2 "is not COL:KIND" fit "$data/credit.csv" -t Status --kind Age=number -o x.cauce
fails 1 "no/such" fit "$data/titanic.csv" -t survived --set n_estimators=2 -q -o no/such/place.cauce
printf 'a,b\n1,2\n3\n' >ragged.csv
fails 4 "ragged.csv:3:" fit ragged.csv -t b -o x.cauce
printf 'a,a,b\n1,2,3\n' >twice.csv
fails 4 "'a'" fit twice.csv -t b -o x.cauce
printf 'a,b\n1,"2\n' >quote.csv
fails 4 "quote.csv:2:" fit quote.csv -t b -o x.cauce
: >empty.csv
fails 4 "empty.csv" fit empty.csv -t b -o x.cauce

# data cannot speak to the terminal
printf 'x,y\n1,\033[31mred\n2,blue\n3,\033[31mred\n4,blue\n' >colour.csv
ok fit colour.csv -t y -m logistic_regression -o c.cauce
has "$err" '\x1b[31mred'

# exposures: learned from, needed later, and refused where they mean nothing
awk 'BEGIN { print "age,zone,years,claims"; for (i = 0; i < 60; i++) printf "%d,%s,%g,%d\n", 20 + i % 9 * 5, i % 2 ? "a" : "b", 0.5 + i % 5 / 2, (i * 7 % 4) * (1 + i % 5) }' >claims.csv
ok fit claims.csv -t claims --exposure years -m "poisson_regressor alpha=0.01" -o claims.cauce
ok inspect claims.cauce
has "$out" "exposure"
ok predict claims.cauce claims.csv -o once.csv
awk -F, -v OFS=, 'NR > 1 { $3 *= 2 } 1' claims.csv >longer.csv
ok predict claims.cauce longer.csv -o twice.csv
paste -d, once.csv twice.csv | awk -F, 'NR > 1 && ($2 / $1 > 2.000001 || $2 / $1 < 1.999999) { bad = 1 } END { exit bad }' || complain "twice the exposure is not twice the prediction"
cut -d, -f1,2,4 claims.csv >no_years.csv
fails 4 "the model needs column 'years', which the file does not have" predict claims.cauce no_years.csv
ok spec claims.csv -t claims --exposure years -o claims.json
has claims.json '"exposure": "years"'
has claims.json '"use": "poisson_regressor"'
ok fit claims.json claims.csv -o again.cauce
ok cv claims.csv -t claims --offset years -m poisson_regressor -m "tweedie_regressor power=1.5"
has "$out" "dummy_regressor"
fails 2 "ridge takes no exposure; poisson_regressor" fit claims.csv -t claims --exposure years -m ridge -o r.cauce
fails 4 "column 'age' is an offset and column 'years' an exposure" fit claims.csv -t claims --exposure years --offset age -o r.cauce
fails 4 "a column of the role exposure must be a number" fit claims.csv -t claims --exposure zone -o r.cauce
ok describe gamma_regressor
has "$out" "takes: numbers, an offset or exposure"

# a stream of tables: stochastic descent goes on, part after part
head -90 claims.csv | sed -n '1,31p' >part1.csv
(head -1 claims.csv; sed -n '32,61p' claims.csv) >part2.csv
cat >stream.json <<'EOF'
{"cauce": 1, "target": "claims", "model": {"steps": [{"branches": [{"on": "@number", "use": "passthrough"}]},
 "sgd_regressor max_iter=1 tol=null shuffle=false eta0=0.0001"]}}
EOF
ok fit stream.json part1.csv -o stream1.cauce
ok fit part2.csv --continue stream1.cauce -o stream2.cauce
lacks "$err" "iterations" # passes over a table are none of a model's
ok fit stream.json claims.csv -o at_once.cauce
ok predict stream2.cauce claims.csv -o parts.csv
ok predict at_once.cauce claims.csv -o whole.csv
paste -d, parts.csv whole.csv | awk -F, 'NR > 1 && ($1 - $2 > 1e-9 || $2 - $1 > 1e-9) { bad = 1 } END { exit bad }' || complain "parts are not the whole"
fails 2 "takes no validation table" fit stream.json part1.csv --validation part2.csv -o v.cauce
done_testing
