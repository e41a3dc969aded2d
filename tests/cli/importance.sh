. "$(dirname "$0")/support.sh"

# importance: a table for people, most important first
ok fit "$data/titanic.csv" -t survived -m logistic_regression -q -o t.cauce
ok importance t.cauce "$data/titanic.csv"
lines "$out" 4
[ "$(sed -n 2p "$out" | cut -d' ' -f1)" = sex ] || complain "sex is not the first"
has "$out" "████████████████████"
has "$err" "score     accuracy 0.7"

# as JSON and as CSV: the same numbers for any number of threads, others for another seed
ok importance t.cauce "$data/titanic.csv" --metric log_loss --repeats 3 --json -o a.csv
has "$out" '"metric": "log_loss"'
has "$out" '"column": "sex"'
has "$out" '"rows": 1309'
is_json "$out"
cp "$out" a.json
[ "$(head -1 a.csv)" = "column,importance,std,repeat_1,repeat_2,repeat_3" ] || complain "head of a.csv: $(head -1 a.csv)"
lines a.csv 4
ok importance t.cauce "$data/titanic.csv" --metric log_loss --repeats 3 --json --threads 1
cmp -s "$out" a.json || complain "threads change the importance"
ok importance t.cauce "$data/titanic.csv" --metric log_loss --repeats 3 --seed 0 --json
cmp -s "$out" a.json || complain "seed 0 is not the usual one"
ok importance t.cauce "$data/titanic.csv" --metric log_loss --repeats 3 --seed 1 --json
cmp -s "$out" a.json && complain "--seed changes nothing"
ok importance t.cauce "$data/titanic.csv" --metric log_loss --repeats 3 --rng native --json
cmp -s "$out" a.json || complain "--rng native is not the usual one"
ok importance t.cauce "$data/titanic.csv" --metric log_loss --repeats 3 --rng sklearn --json
cmp -s "$out" a.json && complain "--rng changes nothing"
cp "$out" drawn.json
ok importance t.cauce "$data/titanic.csv" --metric log_loss --repeats 3 --rng sklearn --json --threads 1
cmp -s "$out" drawn.json || complain "threads change the importance with --rng sklearn"
"$program" importance t.cauce - --metric log_loss --repeats 3 -o - <"$data/titanic.csv" >"$out" 2>"$err" || complain "importance -"
cmp -s "$out" a.csv || complain "importance on standard output differs"
has "$err" "importance"

# weights, and what is refused
awk -F, -v OFS=, 'NR == 1 { print $0, "w" } NR > 1 { print $0, NR % 3 }' "$data/titanic.csv" >weighted.csv
ok importance t.cauce weighted.csv --metric log_loss --repeats 3 --json --weight w
cmp -s "$out" a.json && complain "--weight changes nothing"
cut -d, -f2- "$data/titanic.csv" >blind.csv
fails 4 "survived" importance t.cauce blind.csv
# --drop-missing-target is for those who learn
sed '3s/^[^,]*,/,/' "$data/titanic.csv" >unknown.csv
for command in importance score; do
    fails 4 "leave these rows out" $command t.cauce unknown.csv
    lacks "$err" drop
done
fails 4 "--drop-missing-target" fit unknown.csv -t survived -m logistic_regression -o no.cauce
fails 2 "accuracy" importance t.cauce "$data/titanic.csv" --metric acuracy -o x.csv
fails 2 "is for regression" importance t.cauce "$data/titanic.csv" --metric r2
fails 2 "one --metric" importance t.cauce "$data/titanic.csv" --metric f1 --metric accuracy
fails 2 "repeats" importance t.cauce "$data/titanic.csv" --repeats 0
fails 2 "standard input" importance - -

# without rows: what the model says itself
ok fit "$data/titanic.csv" -t survived -q -o said.cauce --model "random_forest_classifier n_estimators=20 corrected_importances=true permutation_importances=true"
ok importance said.cauce
lines "$out" 4
head -1 "$out" | grep -qE "^column +impurity +corrected +permutation +splits" || complain "head of the table"
[ "$(sed -n 2p "$out" | cut -d' ' -f1)" = sex ] || complain "sex is not the first"
ok importance said.cauce --json
is_json "$out"
has "$out" '"of": "column"'
has "$out" '"corrected": '
ok importance said.cauce -o said.csv
[ "$(head -1 said.csv)" = "column,impurity,corrected,permutation,splits" ] || complain "head of said.csv: $(head -1 said.csv)"
lines said.csv 4
printf '%s' '{"cauce": 1, "target": "survived", "model": {"steps": [{"branches": [{"on": "sex, passengerClass", "use": "one_hot_encoder"}]}, "decision_tree_classifier"]}}' >hot.json
ok fit hot.json "$data/titanic.csv" -q -o hot.cauce
ok importance hot.cauce
lines "$out" 4
ok importance hot.cauce --features --json
has "$out" '"column": "one_hot_encoder__sex_female"'
ok inspect hot.cauce
has "$out" "importance, summed by column"
fails 2 "says not how important" importance t.cauce
fails 2 "goes without rows" importance said.cauce "$data/titanic.csv" --features
fails 2 "need rows" importance said.cauce --metric f1
fails 2 "need rows" importance said.cauce --rng sklearn

done_testing
