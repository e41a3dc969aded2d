. "$(dirname "$0")/support.sh"

ok search "$data/titanic.csv" -t survived -m "random_forest_classifier n_estimators=5" --grid "max_depth=[1, 3, 30] min_samples_leaf=[1, 5]" --metric roc_auc -o best.cauce --table all.csv
has "$out" "rank"
has "$out" "best"
has "$out" "roc_auc"
has "$err" "best.cauce"
lines all.csv 7
ok verify best.cauce
ok search "$data/titanic.csv" -t survived -m "random_forest_classifier n_estimators=5" --grid '{"max_depth": [1, 3]}' --metric roc_auc,log_loss --json
has "$out" '"best": {'
has "$out" '"rank": 1'
has "$out" '"error": null'
has "$out" '"log_loss": {'
is_json "$out"
absent another
fails 2 "max_depth" search "$data/titanic.csv" -t survived -m "random_forest_classifier n_estimators=5" --grid "max_dept=[1, 3]" -o x.cauce
fails 2 "max_depth" search "$data/titanic.csv" -t survived -m "random_forest_classifier n_estimators=5" --grid "max_depth=[1, deep]" -o x.cauce
fails 2 "" search "$data/titanic.csv" -t survived --grid "max_depth=[1" -o x.cauce
fails 2 "only one of" search "$data/titanic.csv" -t survived --grid "max_depth=[1]" -o - --table -
done_testing
