. "$(dirname "$0")/support.sh"
[ -r /proc/self/status ] || exit 0

# tables larger than the memory that may be had
export OMP_STACKSIZE=256k MALLOC_ARENA_MAX=2
awk 'BEGIN {
    srand(7)
    for (j = 0; j < 10; j++) printf "n%d,", j
    print "colour,size,y"
    for (i = 0; i < 160000; i++) {
        for (j = 0; j < 10; j++) printf rand() < 0.03 ? "," : "%.9f,", rand() * j - 1
        printf "%s,%s,%s\n", rand() < 0.3 ? "red" : "colour " int(rand() * 40), rand() < 0.02 ? "" : "s" i % 3, rand() < 0.4 ? "yes" : "no"
    }
}' >big.csv
cat >steps.json <<'E2'
{ "cauce": 1, "target": "y", "model": { "use": "column_transformer", "branches": [
  { "name": "ranks", "on": "@number", "steps": ["simple_imputer strategy=median", "quantile_transformer"] },
  { "name": "scaled", "on": "@number", "steps": ["simple_imputer", "robust_scaler", "standard_scaler"] },
  { "name": "levels", "on": "@category", "steps": ["simple_imputer strategy=most_frequent", "one_hot_encoder"] },
  { "name": "codes", "on": "@category", "use": "ordinal_encoder" } ] } }
E2
mkdir spill

# what the program has before it has read anything, in KiB: its libraries ask for much that they never touch
mkfifo silent
"$program" schema - <silent >/dev/null 2>&1 &
job=$!
exec 3>silent
sleep 0.3
has_already=$(awk '/^VmData/ { print $2 }' /proc/$job/status)
exec 3>&-
wait $job
rm silent
allowed=$((has_already + 30 * 1024))

# limited COMMAND...: with little memory of its own; files that are shared do not count
limited() {
    (ulimit -d $allowed && timeout 120 "$@")
}

ok fit steps.json big.csv -o all.cauce
few="1 2 7"
[ "$has_already" -lt 10000000 ] || few= # an address sanitizer asks for terabytes
for threads in $few; do
    limited "$program" fit steps.json big.csv -o none.cauce --threads $threads >"$out" 2>"$err"
    [ $? -eq 1 ] || complain "enough memory on $threads threads"
    has "$err" "out of memory"
    has "$err" "--spill DIR keeps large tables in files of a folder"
    absent none.cauce
    limited "$program" fit steps.json big.csv -o file.cauce --threads $threads --spill spill >"$out" 2>"$err" ||
        complain "no memory on $threads threads"
    cmp all.cauce file.cauce || complain "another model from a file on $threads threads"
    cat big.csv | limited "$program" fit steps.json - -o pipe.cauce --threads $threads --spill spill >"$out" 2>"$err" ||
        complain "no memory from a pipe on $threads threads"
    cmp all.cauce pipe.cauce || complain "another model from a pipe on $threads threads"
    [ -z "$(ls -A spill)" ] || complain "left behind: $(ls -A spill)"
done

# estimators, folds and scores go the same way
ok fit big.csv -t y -m "logistic_regression max_iter=3" -q -o fitted.cauce
ok fit big.csv -t y -m "logistic_regression max_iter=3" -q -o spilled.cauce --spill spill
cmp fitted.cauce spilled.cauce || complain "another model of an estimator"
ok score fitted.cauce big.csv --metric roc_auc --json
cp "$out" one
ok score fitted.cauce big.csv --metric roc_auc --json --spill spill
cmp "$out" one || complain "another score"
ok cv "$data/iris.csv" -t species -m logistic_regression --json
sed '/seconds/d' "$out" >one
ok cv "$data/iris.csv" -t species -m logistic_regression --json --spill spill
sed '/seconds/d' "$out" >two
cmp one two || complain "another cross-validation"

# folders that will not do
fails 1 "cannot keep memory in files of nowhere: No such file or directory" fit steps.json big.csv -o x.cauce --spill nowhere
fails 1 "cannot keep memory in files of big.csv: Not a directory" fit steps.json big.csv -o x.cauce --spill big.csv
fails 1 "cannot keep memory in files of /proc" fit steps.json big.csv -o x.cauce --spill /proc
if [ "$(id -u)" -ne 0 ]; then
    mkdir -m 500 closed
    fails 1 "cannot keep memory in files of closed: Permission denied" fit steps.json big.csv -o x.cauce --spill closed
fi
# no room for longer files, as on a full disk (blocks of 512 bytes)
(ulimit -f 4000 && "$program" fit steps.json big.csv -o x.cauce --spill spill) >"$out" 2>"$err"
[ $? -eq 1 ] || complain "files may be as long as they like"
matches "$err" '^cauce: .*out of memory.*: no [0-9]+ bytes in a file of spill \(File too large\)$'
lacks "$err" "--spill DIR"
absent x.cauce
[ -z "$(ls -A spill)" ] || complain "left behind: $(ls -A spill)"
done_testing
