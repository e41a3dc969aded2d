. "$(dirname "$0")/support.sh"

ok fit "$data/titanic.csv" -t survived -m logistic_regression -q -o t.cauce
ok dependence t.cauce "$data/titanic.csv" --column sex
lines "$out" 3
has "$out" "proba_yes"
[ "$(grep -c █ "$out")" -eq 1 ] || complain "bars go from the least to the greatest"

# numbers at even steps, as CSV, as JSON and on standard output; no target needed
cut -d, -f2- "$data/titanic.csv" >blind.csv
ok dependence t.cauce blind.csv --column age -o age.csv
[ "$(head -1 age.csv)" = "value,proba_no,proba_yes" ] || complain "head of age.csv: $(head -1 age.csv)"
lines age.csv 21
ok dependence t.cauce blind.csv --column age --points 5 --json
[ "$(grep -c '"value"' "$out")" -eq 5 ] || complain "--points 5"
has "$out" '"column": "age"'
has "$out" '"rows": 1309'
is_json "$out"
cp "$out" a.json
ok dependence t.cauce blind.csv --column age --points 5 --json --threads 1
cmp -s "$out" a.json || complain "threads change the dependence"
"$program" dependence t.cauce - --column age -o - <blind.csv >"$out" 2>"$err" || complain "dependence -"
cmp -s "$out" age.csv || complain "dependence on standard output differs"
has "$err" "value"

# ten classes do not fit beside each other
ok fit "$data/digits.csv" -t digit -m "decision_tree_classifier max_depth=3" --task classification -q -o d.cauce
ok dependence d.cauce "$data/digits.csv" --column "$(head -1 "$data/digits.csv" | cut -d, -f22)"
has "$out" "and 3 more classes"

fails 4 "did you mean 'age'?" dependence t.cauce blind.csv --column aje
fails 2 "--column" dependence t.cauce blind.csv
fails 2 "points" dependence t.cauce blind.csv --column age --points 1
fails 2 "standard input" dependence - - --column age

done_testing
