# Model files of every version of the format predict what they predicted when they were written, to the last digit.
. "$(dirname "$0")/support.sh"

checked=0
for model in "$source"/tests/golden/*/*.cauce; do
    base=${model%.cauce}
    options=
    case $(head -n 1 "$base.out") in *proba_*) options=--proba ;; esac
    # shellcheck disable=SC2086
    ok predict "$model" "$base.csv" $options -o golden.csv
    cmp -s golden.csv "$base.out" || complain "$model predicts something else"
    ok verify "$model"
    checked=$((checked + 1))
done
[ $checked -ge 4 ] || complain "only $checked golden models"
done_testing
