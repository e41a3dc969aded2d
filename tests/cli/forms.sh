. "$(dirname "$0")/support.sh"

# numbers with a decimal comma and marks of thousands, dates with the day first
printf 'when;amount;city;y\n5.3.2024;1.234,5;Lima;1,5\n16.3.2024;12.345;Oslo;2\n1.12.2023;-0,5;Lima;0,5\n2.1.2024;7;Oslo;3\n' >german.csv
ok schema german.csv --decimal , --thousands . --dates day_first --json
has "$out" '"kind": "time"'
has "$out" '"min": "1.12.2023"'
has "$out" '"max": "16.3.2024"'
has "$out" '{"name": "amount", "kind": "number", "missing": 0, "min": -0.5, "max": 12345.0}'
cp "$out" told.json
ok schema german.csv --json
cmp -s "$out" told.json || complain "the marks of german.csv are not found: $(cat "$out")"
ok schema german.csv --decimal . --dates iso
has "$out" category
lacks "$out" time
fails 2 "decimal and thousands cannot both be" schema german.csv --decimal , --thousands ,
fails 2 "thousands=_ is not accepted" schema german.csv --thousands _
fails 2 "must be one of auto|iso|day_first|month_first" schema german.csv --dates mdy
fails 4 "german.csv:3: column 'when': '16.3.2024' is not a date" schema german.csv --kind when:time --dates month_first

# what is beyond doubt is taken, and said; else what to pass is said: of a table, and of a cell
printf 'price;y\n1,5;1\n2,25;2\n0,75;3\n1.000,5;4\n' >comma.csv
ok schema comma.csv
has "$err" "column 'price', such as '0,75', is read by decimal=\",\" thousands=.; decimal=. leaves it texts (--decimal, --thousands)"
ok schema german.csv
has "$err" "column 'when', such as '1.12.2023', is read by dates=day_first; dates=iso leaves it texts (--dates)"
ok schema comma.csv --decimal .
has "$err" "column 'price' looks like numbers, such as '0,75': decimal=\",\" thousands=. reads it so (--decimal, --thousands)"
ok schema german.csv --dates iso
has "$err" "column 'when' looks like dates, such as '1.12.2023': dates=day_first reads it so (--dates)"
ok schema comma.csv --decimal , --thousands .
[ -s "$err" ] && grep -q warning "$err" && complain "a warning where the marks are given"
fails 4 "'1,5' is not a number; decimal=\",\" reads it" fit comma.csv -t price --task regression --decimal . -o c.cauce

# the same model from either form, which remembers the marks of its file; a time is no feature
ok convert german.csv --decimal , --thousands . -o plain.csv
[ "$(sed -n 2p plain.csv)" = "5.3.2024,1234.5,Lima,1.5" ] || complain "plain.csv: $(sed -n 2p plain.csv)"
ok fit german.csv --decimal , --thousands . --dates day_first -t y -m ridge -o german.cauce
has "$err" "column 'when' is a time and is not used"
ok fit plain.csv --dates day_first -t y -m ridge -q -o plain.cauce
ok predict german.cauce german.csv -o a.csv
ok fit german.csv -t y -m ridge -q -o found.cauce
ok predict found.cauce german.csv -o f.csv
cmp -s a.csv f.csv || complain "marks that were found are not those of the model"
ok predict plain.cauce plain.csv -o b.csv
cmp -s a.csv b.csv || complain "the form of the numbers changes the predictions"
ok predict german.cauce plain.csv --decimal . --thousands none -o c.csv
cmp -s a.csv c.csv || complain "marks on the command line do not win over those of the model"
ok score german.cauce german.csv --metric mae --json
cp "$out" a.json
ok score plain.cauce plain.csv --metric mae --json
cmp -s "$out" a.json || complain "the form of the numbers changes the score"
ok cv german.csv --decimal , --thousands . --dates day_first -t y --time when -m ridge --metric mae --folds "time_series_split n_splits=2"
fails 4 "target 'when' is a time" fit german.csv --dates day_first -t when -m ridge -o t.cauce
absent t.cauce
ok split german.csv --dates day_first --time when --test 1 -o early.csv late.csv
[ "$(sed -n 2p late.csv | cut -d, -f1)" = "16.3.2024" ] || complain "late.csv: $(cat late.csv)"

# the form of the file in SPEC.json
cat >german.json <<'END'
{ "cauce": 1, "target": "y", "decimal": ",", "thousands": ".", "dates": "day_first", "separator": ";", "drop": ["city"], "model": "ridge" }
END
ok fit german.json german.csv -o spec.cauce
has "$err" "column 'when' is a time"
fails 4 "not a number" fit german.json german.csv --decimal . --thousands none --kind amount:number -o x.cauce

# there and back
for file in titanic credit diamonds; do
    ok convert "$data/$file.csv" --to-separator ';' --to-decimal , -o there.csv
    ok convert there.csv --decimal , -o back.csv
    cmp -s back.csv "$data/$file.csv" || complain "$file.csv does not come back"
done
ok convert "$data/iris.csv" --columns species,petal_width_cm
[ "$(head -1 "$out")" = "species,petal_width_cm" ] || complain "head: $(head -1 "$out")"
"$program" convert - --to-separator '\t' <"$data/iris.csv" >iris.tsv 2>"$err" || complain "convert - from a pipe"
lines iris.tsv 151
[ "$(head -1 iris.tsv | tr '\t' ,)" = "$(head -1 "$data/iris.csv")" ] || complain "head of iris.tsv"
ok convert "$data/iris.csv" -o iris.json.csv --json
has "$out" '"rows": 150'
fails 4 "petal_widht" convert "$data/iris.csv" --columns petal_widht -o x.csv
fails 2 "to_separator=_" convert "$data/iris.csv" --to-separator _ -o x.csv
fails 1 "none.csv" convert none.csv -o x.csv

# packed by gzip, where the program and this machine can
gzip -c "$data/titanic.csv" >titanic.csv.gz 2>/dev/null && "$program" schema titanic.csv.gz >"$out" 2>"$err"
if [ -s titanic.csv.gz ] && ! grep -q 'unpack it' "$err"; then
    "$program" schema "$data/titanic.csv" >plain.txt 2>/dev/null
    cmp -s "$out" plain.txt || complain "the schema of a packed file differs"
    ok fit titanic.csv.gz -t survived -m logistic_regression -q -o packed.cauce
    ok fit "$data/titanic.csv" -t survived -m logistic_regression -q -o plain.cauce
    cmp -s packed.cauce plain.cauce || complain "the model of a packed file differs"
    ok predict plain.cauce titanic.csv.gz -o a.csv
    ok predict plain.cauce "$data/titanic.csv" -o b.csv
    cmp -s a.csv b.csv || complain "the predictions for a packed file differ"
    "$program" predict plain.cauce - <titanic.csv.gz >c.csv 2>"$err" || complain "a packed file on standard input"
    cmp -s b.csv c.csv || complain "the predictions for a packed standard input differ"
    ok convert titanic.csv.gz -o back.csv
    cmp -s back.csv "$data/titanic.csv" || complain "titanic.csv.gz is not unpacked as it was"
    head -c 1500 titanic.csv.gz >half.csv.gz
    fails 4 "half.csv.gz: the gzip data ends too soon" fit half.csv.gz -t survived -o x.cauce
    fails 4 "half.csv.gz: the gzip data ends too soon" predict plain.cauce half.csv.gz -o x.csv
    fails 4 "half.csv.gz: the gzip data ends too soon" convert half.csv.gz -o x.csv
fi
done_testing
