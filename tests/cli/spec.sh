. "$(dirname "$0")/support.sh"

# the automatic recipe as a SPEC, which can be used again
ok spec "$data/credit.csv" --target Status --positive bad
has "$out" '"cauce": 1'
has "$out" '"target": "Status"'
has "$out" '"positive": "bad"'
has "$out" '"random_forest_classifier"'
cp "$out" credit.json
is_json credit.json
ok spec "$data/credit.csv" --target Status --positive bad -o again.json
cmp -s credit.json again.json || complain "spec on standard output and in a file differ"
ok fit "$data/credit.csv" --target Status --positive bad --set n_estimators=5 -q -o a.cauce
ok fit credit.json "$data/credit.csv" --set n_estimators=5 -q -o b.cauce
cmp -s a.cauce b.cauce || complain "the automatic recipe and its SPEC give different models"

ok spec "$data/credit.csv" --target Status --model logistic_regression # which takes neither categories nor gaps
has "$out" '"on": "@number"'
has "$out" 'one_hot_encoder'

# every key at work; names with blanks, commas, colons and quotes survive
cat >odd.csv <<'END'
"the, target",zip: code,"say ""hi""",w,skip me
yes,01,1,1,a
no,02,2,1,b
yes,01,3,2,c
no,02,-,1,d
yes,01,5,1,e
no,02,6,0.5,f
END
cat >odd.json <<'END'
{ "cauce": 1, "target": "the, target", "positive": "no", "weight": "w", "drop": ["skip me"],
  "kinds": { "zip: code": "category", "say \"hi\"": "number" }, "missing": ["", "-"],
  "model": { "steps": [
    { "name": "prep", "branches": [
      { "name": "num", "on": ["say \"hi\""], "use": "simple_imputer" },
      { "name": "cat", "on": "@category", "use": "one_hot_encoder", "with": { "handle_unknown": "ignore" } } ] },
    "logistic_regression C=2" ] } }
END
ok fit odd.json odd.csv -o odd.cauce
has "$err" "no 3 (positive), yes 3"
ok inspect odd.cauce --json
has "$out" '"name": "zip: code"'
has "$out" '"C": 2.0'
lacks "$out" 'skip me'
ok fit odd.json odd.csv --set C=3 --set strategy=median -o odd2.cauce
ok inspect odd2.cauce --json
has "$out" '"C": 3.0'
has "$out" '"strategy": "median"'
rm odd2.cauce

# search part: folds, metric and grid
cat >search.json <<'END'
{ "cauce": 1, "target": "species", "model": "logistic_regression",
  "search": { "grid": { "C": [0.1, 1.0] }, "folds": "stratified_k_fold n_splits=3", "metric": ["accuracy", "log_loss"] } }
END
ok cv search.json "$data/iris.csv" --json
has "$out" '"folds": 3'
has "$out" '"log_loss"'
ok search search.json "$data/iris.csv" --json
has "$out" '"best": {"params": {"C": '
ok cv search.json "$data/iris.csv" --folds "k_fold n_splits=4 shuffle=true random_state=1" --metric accuracy --json
has "$out" '"folds": 4'
lacks "$out" 'log_loss'

# the example of docs/recipe.md
awk '/^```json/ { f = 1; next } /^```/ { f = 0 } f' "$source/docs/recipe.md" >doc.json
ok fit doc.json "$data/credit.csv" --set n_estimators=5 --set max_depth=12 --set prep__cat__min_frequency=5 -o doc.cauce
has "$err" "bad 1254 (positive)"
ok search doc.json "$data/credit.csv" --set n_estimators=3 --folds "stratified_k_fold n_splits=2" -q
has "$out" "roc_auc"
fails 2 "strategy" fit doc.json "$data/credit.csv" --set strategy=middle -o x.cauce
# what --set puts in the place of a step need not have the parameters of the document's grid, but for a search
ok fit doc.json "$data/credit.csv" --set forest="logistic_regression C=0.1" --set prep__num__standard_scaler=passthrough -o doc2.cauce
fails 2 "max_depth" search doc.json "$data/credit.csv" --set forest="logistic_regression C=0.1" -o x.cauce

# errors of the document
wrong() {
    text=$1
    shift
    cat >wrong.json
    fails 2 "$text" cv wrong.json "$data/iris.csv" "$@"
}
wrong 'wrong.json: line 1, column 32' <<'END'
{ "cauce": 1, "target" "species" }
END
wrong '"traget" is not a key; did you mean "target"?' <<'END'
{ "cauce": 1, "traget": "species" }
END
wrong '"metrc" is not a key of "search"; did you mean "metric"?' <<'END'
{ "cauce": 1, "target": "species", "search": { "metrc": "accuracy" } }
END
wrong '"cauce": 1 is missing' <<'END'
{ "target": "species" }
END
wrong 'this program reads form 1' <<'END'
{ "cauce": 2, "target": "species" }
END
wrong '"drop" must be a list of column names' <<'END'
{ "cauce": 1, "target": "species", "drop": "sepal" }
END
wrong 'names no "target"' <<'END'
{ "cauce": 1 }
END
wrong 'a SPEC is an object' <<'END'
[1]
END
wrong 'duplicate' <<'END'
{ "cauce": 1, "target": "species", "target": "species" }
END
wrong "did you mean 'logistic_regression'?" <<'END'
{ "cauce": 1, "target": "species", "model": "logistic_regresion" }
END
wrong "did you mean 'max_iter'?" <<'END'
{ "cauce": 1, "target": "species", "model": { "use": "logistic_regression", "with": { "max_iters": 5 } } }
END
wrong 'did you mean "steps"?' <<'END'
{ "cauce": 1, "target": "species", "model": { "stpes": [] } }
END
wrong "did you mean 'max_iter'?" <<'END'
{ "cauce": 1, "target": "species", "model": "logistic_regression", "search": { "grid": { "max_itr": [5, 6] } } }
END
wrong "'C' is given twice" <<'END'
{ "cauce": 1, "target": "species", "model": "logistic_regression C=1 C=2" }
END
fails 1 "none.json" cv none.json "$data/iris.csv" -t species
done_testing
