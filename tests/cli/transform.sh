. "$(dirname "$0")/support.sh"

# a recipe of transformers needs no target, and what it makes is written
cat >steps.json <<'E2'
{ "cauce": 1, "model": { "use": "column_transformer", "branches": [
  { "name": "num", "on": "@number", "steps": ["simple_imputer strategy=median", "min_max_scaler"] },
  { "name": "hot", "on": "sex", "steps": ["one_hot_encoder handle_unknown=ignore"] },
  { "name": "code", "on": "colour", "use": "simple_imputer", "with": { "strategy": "most_frequent" } } ] } }
E2
cat >train.csv <<'E2'
age,sex,colour
10,f,red
30,m,"light, blue"
20,m,red
E2
cat >rows.csv <<'E2'
colour,sex,id,age
green,f,7,
"light, blue",x,8,15
,m,9,30
E2
ok fit steps.json train.csv -o steps.cauce
has "$err" "3 rows, 3 features"
ok transform steps.cauce rows.csv --keep id -q
cat >wanted.csv <<'E2'
id,num__age,hot__sex_f,hot__sex_m,code__colour
7,0.5,1,0,
8,0.25,0,0,"light, blue"
9,1,0,1,red
E2
cmp wanted.csv "$out" || complain "not what was wanted: $(cat "$out")"
"$program" transform steps.cauce - -q --keep id -o written.csv <rows.csv 2>"$err" || complain "nothing from a pipe"
cmp wanted.csv written.csv || complain "another file"
ok transform steps.cauce rows.csv -o written.csv --json
is_json "$out"
has "$out" '"rows": 3'

# the steps before an estimator
ok fit "$data/titanic.csv" -t survived -m "logistic_regression max_iter=5" -q -o model.cauce
ok transform model.cauce "$data/titanic.csv" --keep survived -q
head -1 "$out" | grep -q '^survived,.*sex' || complain "no names: $(head -1 "$out")"
lines "$out" "$(wc -l <"$data/titanic.csv")"

fails 2 "the model has no estimator: it transforms only" predict steps.cauce rows.csv
fails 2 "give --target COL" cv steps.json train.csv
fails 2 "give --target COL" fit steps.json train.csv -m ridge -o x.cauce
echo '{ "cauce": 1, "model": "ridge" }' >ridge.json
fails 2 'the SPEC names no "target"; give --target COL' fit ridge.json train.csv -o x.cauce
ok fit "$data/iris.csv" -t species -m "decision_tree_classifier" -q -o tree.cauce
"$program" transform tree.cauce "$data/iris.csv" -q >"$out" 2>"$err" </dev/null && complain "a tree transforms"
has "$err" "the model has no transformers"
fails 2 "--proba" transform model.cauce rows.csv --proba
fails 4 "'age'" transform steps.cauce "$data/iris.csv"
done_testing
