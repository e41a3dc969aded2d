# several targets: the option, the SPEC, what every command says of them
. "$(dirname "$0")/support.sh"

cat >rows.csv <<'EOF'
a,b,y1,y2,"y,3",k
1,2,3,1,2.5,u
2,1,4,2,2,v
3,5,9,1,7,u
4,4,9,5,6.5,v
5,8,14,2,11,u
6,1,8,7,3,v
EOF

ok fit rows.csv -t y1,y2 -m "ridge alpha=[1, 2]" -o m.cauce --json
has "$err" "y1: a number from 3 to 14"
has "$err" "y2: a number from 1 to 7"
has "$out" '"target": "y1"'
has "$out" '"targets": ["y1", "y2"]'
is_json "$out"
ok predict m.cauce rows.csv
has "$out" "prediction_y1,prediction_y2"
ok predict m.cauce rows.csv --keep k
has "$out" "k,prediction_y1,prediction_y2"
"$program" predict m.cauce - <rows.csv >"$out" 2>"$err" || complain "predict from standard input"
has "$out" "prediction_y1,prediction_y2"
ok inspect m.cauce
has "$out" "y1, y2: a number each"
matches "$out" "^ +feature +y1 +y2$"
matches "$out" "^ +\(constant\) +[0-9.]+ +[0-9.]+$"
has "$out" "2 x "
ok score m.cauce rows.csv
has "$err" "y1, y2: a number each"
has "$out" "r2"
ok cv rows.csv -t y2,y1 -m ridge -m linear_regression --folds "k_fold n_splits=3"
has "$out" "ridge"
ok search rows.csv -t y1,y2 -m ridge --grid "alpha=[0.1, [1, 2]]" --folds "k_fold n_splits=3" -o best.cauce -q
has "$out" "alpha"

ok verify m.cauce
has "$out" "y1, y2: a number each"

# what is told of each is told of that one
fails 2 "takes one target" fit rows.csv -t y2,y1 --task classification -o no.cauce
has "$err" "y2: 1 2, 2 2, 5 1, 7 1"
awk 'BEGIN { print "x,p,q"; for (i = 0; i < 40; i++) print i "," i % 13 "," i % 15 }' >many.csv
fails 2 "takes one target" fit many.csv -t p,q --task classification -o no.cauce
has "$err" "p: 13 classes"
has "$err" "q: 15 classes"
printf 'x,p,q\n1,,\n2,,\n' >none.csv
fails 4 "is missing in 2 rows" fit none.csv -t p,q -m ridge --kind p:number --kind q:number -o no.cauce
lacks "$err" "inf"

# more of them than fit beside each other
awk 'BEGIN { printf "x"; for (j = 0; j < 12; j++) printf ",t%d", j; print "";
    for (i = 0; i < 20; i++) { printf "%d", i; for (j = 0; j < 12; j++) printf ",%d", i * j % 7; print "" } }' >wide.csv
names=$(head -1 wide.csv | cut -d, -f2-)
ok fit wide.csv -t "$names" -m ridge -q -o wide.cauce
ok dependence wide.cauce wide.csv --column x
has "$out" "and 5 more targets"
ok inspect wide.cauce
has "$out" "and 4 more targets"

# several steps that tell the same: each is named
ok spec rows.csv -t y1,y2 -m multi_output_regressor
sed 's/hist_gradient_boosting_regressor/lasso_path criterion=last/' "$out" >steps.json
ok fit steps.json rows.csv -q -o steps.cauce
ok inspect steps.cauce
matches "$out" "^coefficients: model > estimator-2$"
matches "$out" "^path: model > estimator-1$"
matches "$out" "^path: model > estimator-2$"
sed 's/lasso_path criterion=last/linear_regression statistics=true/' steps.json >tested.json
ok fit tested.json many.csv -t p,q -q -o steps.cauce
ok inspect steps.cauce
matches "$out" "^statistics: model > estimator-2$"

# a name that is a column is that column; a list may quote one
ok fit rows.csv -t y,3 -m ridge -o m.cauce --json
has "$out" '"target": "y,3"'
lacks "$out" '"targets"'
ok fit rows.csv -t 'y1,"y,3"' -m ridge -o m.cauce --json
has "$out" '"targets": ["y1", "y,3"]'
ok predict m.cauce rows.csv
has "$out" 'prediction_y1,"prediction_y,3"'
"$program" fit - -t '"y,3"' -m ridge -o m.cauce --json <rows.csv >"$out" 2>"$err" || complain "fit from standard input"
has "$out" '"target": "y,3"'

# booleans are numbers
printf 'x,p,q\n1,yes,2\n2,no,3\n3,yes,5\n4,no,4\n' >flags.csv
ok fit flags.csv -t p,q -m ridge -o m.cauce -q
ok score m.cauce flags.csv
has "$out" "r2"
ok fit flags.csv -t p -m ridge -o m.cauce -q
ok score m.cauce flags.csv
has "$out" "r2"

# which of the estimators is told of
ok fit rows.csv -t y1,y2 -m "multi_output_regressor estimator=ridge" -q -o each.cauce
ok inspect each.cauce
has "$out" "coefficients: model > estimator-1"
has "$out" "coefficients: model > estimator-2"

# nobody was named: an estimator that takes several
ok spec rows.csv -t y1,y2
has "$out" '"target": ["y1", "y2"]'
has "$out" 'multi_output_regressor'
ok spec rows.csv -t y1,y2 -q -o spec.json
ok fit spec.json rows.csv -o s.cauce --json
has "$out" '"targets": ["y1", "y2"]'

# the command that is proposed names them so that they are read again
echo '{"cauce": 1, "target": ["y1", "y,3"]}' >two.json
ok fit two.json rows.csv -o s.cauce
has "$err" "--target 'y1,\"y,3\"'"

fails 2 "lasso takes one target, and there are 2" fit rows.csv -t y1,y2 -m lasso -o no.cauce
fails 2 "logistic_regression takes one target" fit rows.csv -t y1,y2 -m logistic_regression -o no.cauce
fails 2 "alpha has 3 numbers, and there are 2 targets" fit rows.csv -t y1,y2 -m "ridge alpha=[1, 2, 3]" -o no.cauce
fails 4 "no column 'y9'" fit rows.csv -t y1,y9 -m ridge -o no.cauce
fails 2 "target 'y1' is named twice" fit rows.csv -t y1,y1 -m ridge -o no.cauce
fails 4 "target 'k' is a " fit rows.csv -t y1,k -m ridge -o no.cauce
fails 2 "not a list of columns" fit rows.csv -t , -m ridge -o no.cauce
absent no.cauce
done_testing
