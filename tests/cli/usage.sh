. "$(dirname "$0")/support.sh"

ok --version
has "$out" "cauce "
ok --help
for command in fit predict transform score cv search split importance dependence inspect describe schema spec verify; do
    ok --help
    has "$out" "  $command "
    ok $command --help
    has "$out" "usage"
    has "$out" "cauce $command"
    has "$out" "example"
    has "$out" "--json"
    ok help $command
    has "$out" "example"
    # fits the width of a common terminal, apart from examples
    sed '/^example/,$d' "$out" | awk 'length($0) > 80 { bad = 1 } END { exit bad }' || complain "$command --help is wider than 80"
done
ok
has "$out" "commands"

# commands and options, misspelt
fails 2 "'fti' is not a command; did you mean 'fit'?" fti data.csv
fails 2 "'zzzzzzzz' is not a command" zzzzzzzz
fails 2 "'--taget' is not an option here; did you mean '--target'?" fit data.csv --taget x -o m
fails 2 "'--proba' is not an option here; another command takes it" fit data.csv --proba
fails 2 "--target needs a value" fit data.csv --target
fails 2 "--target is given twice" cv "$data/iris.csv" --target a --target b
fails 2 "--json takes no value" cv "$data/iris.csv" --json=yes
fails 2 "'-z' is not an option" fit -z
fails 2 "--task is 'clasification', but must be one of classification|regression" cv "$data/iris.csv" -t species --task clasification
fails 2 "--threads is 'many', but must be a whole number from 0 to 1024" cv "$data/iris.csv" -t species --threads many
fails 2 "--seed is '-1'" cv "$data/iris.csv" -t species --seed -1
fails 2 "--on-error is 'go'" predict a b --on-error go

# what must be there
fails 2 "needs [SPEC.json] DATA.csv" fit
fails 2 "is one file too many" fit a.csv b.csv -o m -t x
fails 2 "is one file too many" inspect a b
fails 2 "--target COL is needed" cv "$data/iris.csv"
fails 2 "-o MODEL.cauce is needed" fit "$data/iris.csv" --target species
fails 2 "-o TRAIN.csv TEST.csv is needed" split "$data/iris.csv"
fails 2 "-o TRAIN.csv TEST.csv is needed" split "$data/iris.csv" -o one.csv --quiet
fails 2 "both parts would be written to 'a.csv'" split "$data/iris.csv" -o a.csv a.csv
fails 2 "--test is 'half'" split "$data/iris.csv" --test half -o a.csv b.csv
fails 2 "--grid is needed" search "$data/iris.csv" --target species
fails 2 "--grid is needed: what to draw from" search "$data/iris.csv" --target species --random 10
fails 2 "the table is missing" cv "$data/no.json"
fails 2 "-o writes the predictions of one model" cv "$data/iris.csv" -t species -m dummy_classifier -m logistic_regression -o oof.csv

fails 2 "--target needs a value (COL,...), but '--quiet' follows" cv "$data/iris.csv" --target --quiet

# errors as JSON
"$program" fit "$data/iris.csv" -t species -o - --json >"$out" 2>"$err"
[ $? -eq 2 ] || complain "exit code of --json -o -"
has "$err" "both want standard output"
"$program" fit --taget x --json >"$out" 2>"$err"
[ $? -eq 2 ] || complain "exit code of a JSON error"
has "$err" '{"error": {"code": "ARGUMENT", "message": "'"'--taget' is not an option here; did you mean '--target'?"
has "$err" '"place": "fit"'
done_testing
