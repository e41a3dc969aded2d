. "$(dirname "$0")/support.sh"

ok fit "$data/titanic.csv" -t survived --set n_estimators=20 -q -o t.cauce
ok predict t.cauce "$data/titanic.csv" -o p.csv
lines p.csv 1310
[ "$(head -1 p.csv)" = "prediction" ] || complain "head is $(head -1 p.csv)"
has "$err" "1309 rows"
ok predict t.cauce "$data/titanic.csv" --proba --keep age,sex -o k.csv --json
has "$out" '"rows": 1309'
[ "$(head -1 k.csv)" = "age,sex,prediction,proba_no,proba_yes" ] || complain "head is $(head -1 k.csv)"

fails 2 "keep names column 'age' twice" predict t.cauce "$data/titanic.csv" --keep age,age -o twice.csv

# streams: the same bytes
"$program" predict t.cauce - <"$data/titanic.csv" >s.csv 2>"$err" || complain "predict -"
cmp -s s.csv p.csv || complain "a stream is predicted differently"
"$program" predict - "$data/titanic.csv" <t.cauce >s.csv 2>"$err" || complain "model from standard input"
cmp -s s.csv p.csv || complain "a model from a stream predicts differently"
"$program" predict t.cauce "$data/titanic.csv" 2>"$err" | head -3 >h.csv
lines h.csv 3
[ -s "$err" ] && complain "a closed pipe is not quiet"
fails 2 "cannot both" predict - -

# several quantiles, in order
ok fit "$data/diabetes.csv" -t progression -m "hist_gradient_boosting_regressor loss=quantile quantile=[0.1, 0.5, 0.9]" -q -o q.cauce
ok predict q.cauce "$data/diabetes.csv" --quantiles --keep age -o q.csv
[ "$(head -1 q.csv)" = "age,quantile_0.1,quantile_0.5,quantile_0.9" ] || complain "head is $(head -1 q.csv)"
lines q.csv 443
awk -F, 'NR > 1 && ($2 > $3 || $3 > $4)' q.csv | grep -q . && complain "quantiles cross"
ok predict q.cauce "$data/diabetes.csv" -o m.csv
awk -F, '{ print $3 }' q.csv | sed 1s/.*/prediction/ | cmp -s - m.csv || complain "the prediction is not the median"
fails 2 "knows no quantiles" predict t.cauce "$data/titanic.csv" --quantiles -o x.csv

# columns in another order, a column more, one less
awk -F, -v OFS=, '{ print $4, "more", $3, $2 }' "$data/titanic.csv" | sed '1s/more/extra/' >mixed.csv
ok predict t.cauce mixed.csv -o m.csv
cmp -s m.csv p.csv || complain "the order of columns matters"
fails 4 "extra" predict t.cauce mixed.csv --strict -o m2.csv
awk -F, -v OFS=, '{ print $1, $2, $3 }' "$data/titanic.csv" >less.csv
fails 4 "passengerClass" predict t.cauce less.csv -o m2.csv
fails 4 "nothere" predict t.cauce "$data/titanic.csv" --keep nothere -o m2.csv

# a cell that is no number; a file that is there stays as it was
printf 'sex,age,passengerClass\nfemale,29,1st\nmale,old,2nd\n' >bad.csv
echo before >kept.csv
fails 4 "old" predict t.cauce bad.csv -o kept.csv
has kept.csv before
ok predict t.cauce bad.csv --on-error missing -o kept.csv
lines kept.csv 3
printf 'sex,age,passengerClass\nfemale,29,1st\nmale\n' >ragged.csv
fails 4 "ragged.csv:3:" predict t.cauce ragged.csv -o r.csv
fails 1 "none.csv" predict t.cauce none.csv -o r.csv
fails 1 "none.cauce" predict none.cauce "$data/titanic.csv" -o r.csv
fails 1 "no/such" predict t.cauce "$data/titanic.csv" -o no/such/r.csv

# other markers of missing cells, another separator
printf 'sex;age;passengerClass\nfemale;-;1st\nmale;30;2nd\n' >dash.csv
fails 4 "'-'" predict t.cauce dash.csv -o r.csv
ok predict t.cauce dash.csv --missing - --separator ";" -o r.csv
lines r.csv 3

# regression
ok fit "$data/diabetes.csv" -t progression -m ridge -q -o d.cauce
ok predict d.cauce "$data/diabetes.csv" -o d.csv
lines d.csv 443
fails 2 "" predict d.cauce "$data/diabetes.csv" --proba -o d2.csv
fails 2 "no classifier" predict d.cauce "$data/diabetes.csv" --decision -o d2.csv

# a classifier without probabilities
ok fit "$data/titanic.csv" -t survived -m ridge_classifier -q -o m.cauce
ok predict m.cauce "$data/titanic.csv" --decision -o m.csv
[ "$(head -1 m.csv)" = "prediction,decision_yes" ] || complain "head is $(head -1 m.csv)"
awk -F, 'NR > 1 && ($1 == "yes") != ($2 > 0) { bad = 1 } END { exit bad }' m.csv || complain "prediction and decision"
fails 2 "ridge_classifier gives no probabilities" predict m.cauce "$data/titanic.csv" --proba -o m2.csv
fails 2 "gives no decision values" predict t.cauce "$data/titanic.csv" --decision -o m2.csv
ok score m.cauce "$data/titanic.csv"
has "$out" "roc_auc"
lacks "$out" "log_loss"
fails 2 "needs probabilities" score m.cauce "$data/titanic.csv" --metric log_loss
# marks in numbers go into the model: its files are read by them, unless told otherwise
i=1
echo 'x;y' >marks.csv
while [ $i -le 20 ]; do
    echo "$i.190,5;$((i * 1000 + 190))" >>marks.csv
    i=$((i + 1))
done
ok fit marks.csv -t y --task regression -m linear_regression --decimal , --thousands . -o marks.cauce
ok score marks.cauce marks.csv --metric r2
has "$out" "1.0000"
printf 'x;z\n5.190,5;1\n' >one.csv
ok predict marks.cauce one.csv
grep -q '^5190\|^5189.99' "$out" || complain "the marks of the training file are forgotten: $(cat "$out")"
printf 'x\n5190.5\n' >plain.csv
ok predict marks.cauce plain.csv --decimal . --thousands none
grep -q '^5190\|^5189.99' "$out" || complain "given marks do not win: $(cat "$out")"

# nothing is written over what is read, and no plain text under the name of a packed file
cp marks.csv keep.csv
fails 2 "'marks.csv' is read" predict marks.cauce marks.csv -o marks.csv
fails 2 "'marks.csv' is read" predict marks.cauce marks.csv -o ./marks.csv
fails 2 "'marks.csv' is read" fit marks.csv -t y -o marks.csv
cmp -s keep.csv marks.csv || complain "the input was changed"
fails 2 "through gzip" predict marks.cauce marks.csv -o out.csv.gz

done_testing
