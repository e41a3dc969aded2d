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
# At random: as many candidates as asked for, the same ones for the same seed, all of a small grid.
forest="random_forest_classifier n_estimators=3"
ok search "$data/titanic.csv" -t survived -m "$forest" --grid "max_depth=integers(2, 20) max_features=uniform(0.1, 1)" --random 5 --seed 3 --metric roc_auc --table one.csv
lines one.csv 6
ok search "$data/titanic.csv" -t survived -m "$forest" --grid '{"max_depth": "integers(2, 20)", "max_features": "uniform(0.1, 1)"}' --random 5 --seed 3 --metric roc_auc --table two.csv --threads 1
cut -d, -f1,2,3,4 one.csv >one.txt
cut -d, -f1,2,3,4 two.csv >two.txt
cmp -s one.txt two.txt || complain "the same seed drew other candidates"
ok search "$data/titanic.csv" -t survived -m "$forest" --grid "max_depth=[1, 2, 3]" --random 9 --metric roc_auc -o random.cauce --table three.csv
lines three.csv 4
has "$err" "there are 3 combinations"
ok verify random.cauce
fails 2 "did you mean 'uniform'" search "$data/titanic.csv" -t survived -m "$forest" --grid "max_features=unifrom(0, 1)" --random 2
fails 2 "is a distribution" search "$data/titanic.csv" -t survived -m "$forest" --grid "max_depth=integers(1, 5)"
# Successive halving: rounds with more rows, the best third goes on; and steps as an axis of the grid.
ok search "$data/diabetes.csv" -t progression -m ridge --grid "alpha=[0.01, 0.1, 1, 10, 100, 1000, 10000, 100000, 1000000]" --halving --metric r2 --table halving.csv
lines halving.csv 14
has "$out" resources
has halving.csv "round,resources"
ok search "$data/diabetes.csv" -t progression -m "random_forest_regressor n_estimators=2" --grid "max_depth=[1, 2, 3]" --halving-with "resource=n_estimators max_resources=6 min_resources=2" --metric r2 --json
has "$out" '"resources": 6'
is_json "$out"
fails 2 "needs max_resources" search "$data/diabetes.csv" -t progression -m "random_forest_regressor n_estimators=2" --grid "max_depth=[1, 2]" --halving-with "resource=n_estimators"
ok search "$data/diabetes.csv" -t progression -m ridge --grid 'standard_scaler=[standard_scaler, "robust_scaler with_centering=false", passthrough] alpha=[1, 10]' --metric r2 --table steps.csv
lines steps.csv 7
ok fit "$data/diabetes.csv" -t progression -m 'stacking_regressor estimators=[ridge, "decision_tree_regressor max_depth=2"]' --set standard_scaler=robust_scaler -o stack.cauce
ok verify stack.cauce
ok inspect stack.cauce
has "$out" final_estimator
done_testing
