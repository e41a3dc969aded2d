. "$(dirname "$0")/support.sh"

ok fit "$data/titanic.csv" -t survived --set n_estimators=5 -q -o t.cauce

# a full device is a failure, whatever was to be written
full() {
    "$program" "$@" >/dev/full 2>"$err" </dev/null
    [ $? -eq 1 ] || complain "a full device is no failure: cauce $*"
    grep -qE '^(cauce: |\{"error")' "$err" || complain "a full device is not told: cauce $*"
    grep -qF "standard output: No space left on device" "$err" || complain "what is full is not told: cauce $*"
}
if [ -w /dev/full ]; then
    full --help
    full describe
    full schema "$data/iris.csv"
    full score t.cauce "$data/titanic.csv"
    full predict t.cauce "$data/titanic.csv"
    full inspect t.cauce
    full inspect t.cauce --json
    full verify t.cauce
    full cv "$data/iris.csv" -t species -m logistic_regression --json
    full fit "$data/iris.csv" -t species -m logistic_regression -q -o -
fi

# interrupted: 130 or 143, one line, nothing left behind; what was there stays
interrupt() {
    signal=$1 wanted=$2
    shift 2
    before=$(files_here)
    # sh starts asynchronous commands with SIGINT ignored, which the program would respect
    env --default-signal=INT "$program" "$@" >"$out" 2>"$err" </dev/null &
    job=$!
    sleep 1
    kill -"$signal" "$job" 2>/dev/null
    wait "$job"
    code=$?
    [ $code -eq "$wanted" ] || complain "exit code $code, not $wanted, after $signal: cauce $*"
    [ "$before" = "$(files_here)" ] || complain "files before: $before; now: $(files_here)"
}
echo before >kept.cauce
interrupt TERM 143 fit "$data/diamonds.csv" -t price -m "random_forest_regressor n_estimators=5000" -q -o kept.cauce
has kept.cauce before
has "$err" "cauce: "
interrupt TERM 143 cv "$data/diamonds.csv" -t price -m "random_forest_regressor n_estimators=5000" -q -o oof.csv
if env --default-signal=INT true 2>/dev/null; then
    interrupt INT 130 fit "$data/diamonds.csv" -t price -m "random_forest_regressor n_estimators=5000" -q -o kept.cauce
    has kept.cauce before
fi

# on a terminal: colours unless NO_COLOR, tables that fit narrow ones
if script -qec true /dev/null >/dev/null 2>&1; then
    on_terminal() {
        script -qec "stty cols $1; $2 '$program' schema '$data/credit.csv'" /dev/null >"$out" 2>"$err" </dev/null
    }
    escape=$(printf '\033')
    on_terminal 80 "env -u NO_COLOR TERM=xterm"
    has "$out" "$escape[2m"
    on_terminal 60 "env NO_COLOR=1 TERM=xterm"
    lacks "$out" "$escape["
    tr -d '\r' <"$out" | LC_ALL=C.UTF-8 awk 'length($0) > 64 { bad = 1 } END { exit bad }' || complain "wider than the terminal"
fi
done_testing
