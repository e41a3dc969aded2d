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

# long names of several targets are cut in a narrow terminal, and fewer of them shown
if script -qec true /dev/null >/dev/null 2>&1; then
    awk 'BEGIN { print "x,a_target_with_a_long_name,another_target_with_a_long_name,the_third"
        for (i = 0; i < 40; i++) print i "," i * 2 "," i * 1000 "," (0 - i) }' >targets.csv
    ok fit targets.csv -t a_target_with_a_long_name,another_target_with_a_long_name,the_third -m ridge -q -o r.cauce
    for columns in 40 60 200; do
        script -qec "stty cols $columns; TERM=xterm NO_COLOR=1 $program dependence r.cauce targets.csv --column x --points 3 -q" \
            /dev/null </dev/null >"$out" 2>"$err" || complain "dependence in a terminal of $columns columns"
        longest=$(tr -d '\r' <"$out" | sed 's/█/#/g; s/…/./g' | awk '{ if (length > most) most = length } END { print most }')
        [ "$longest" -le "$columns" ] || complain "$longest columns in a terminal of $columns"
        has "$out" " 39.00"
        [ $columns -gt 60 ] || lacks "$out" another_target_with_a_long_name
    done
    has "$out" another_target_with_a_long_name
fi

fails 4 "did you mean 'age'?" dependence t.cauce blind.csv --column aje
fails 2 "--column" dependence t.cauce blind.csv
fails 2 "points" dependence t.cauce blind.csv --column age --points 1
fails 2 "standard input" dependence - - --column age

done_testing
