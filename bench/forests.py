#!/usr/bin/env python3
"""Forests beside scikit-learn's: are they as good, and as large?

    forests.py --data FOLDER [--program build/release/cauce] [--trees 20] [--seeds 5] NAME...

FOLDER holds NAME_train.csv and NAME_test.csv, numbers only, the target y last: those of `./dev bench` lie in
build/bench/data. For random_forest and extra_trees, with the parameters that both have by default: mean and standard
deviation over the seeds of accuracy and log loss, or of R2 and RMSE, on the test rows, and the mean number of nodes of a
tree. "apart" is the distance of the means in standard deviations of such a distance: 5 seeds stay below 3 nearly always
when nothing but seeds differs. Needs python3-sklearn and python3-pandas.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from sklearn import ensemble, metrics

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def ours(args, kind, seed, name, classes):
    suffix = "classifier" if classes else "regressor"
    spec = f"{kind}_{suffix} n_estimators={args.trees} random_state={seed}"
    task = "classification" if classes else "regression"
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.cauce")
        table = os.path.join(args.data, name)
        run([args.program, "fit", table + "_train.csv", "-t", "y", "--task", task, "-m", spec, "-q", "--threads", "1", "-o", model])
        names = ["accuracy", "log_loss"] if classes else ["r2", "rmse"]
        asked = [word for metric in names for word in ("--metric", metric)]
        scores = json.loads(run([args.program, "score", model, table + "_test.csv", "--json", "-q", *asked]))["metrics"]
        arrays = json.loads(run([args.program, "inspect", model, "--json"]))["arrays"]
        splits = next(a["shape"][0] for a in arrays if a["path"].endswith("split_feature"))
    return scores[names[0]], scores[names[1]], 2 * splits / args.trees + 1


def theirs(args, kind, seed, tables, classes):
    family = {"random_forest": "RandomForest", "extra_trees": "ExtraTrees"}[kind]
    estimator = getattr(ensemble, family + ("Classifier" if classes else "Regressor"))
    (x, y), (new_x, new_y) = tables
    model = estimator(n_estimators=args.trees, random_state=seed, n_jobs=1).fit(x, y)
    nodes = statistics.fmean(tree.tree_.node_count for tree in model.estimators_)
    if not classes:
        said = model.predict(new_x)
        return metrics.r2_score(new_y, said), math.sqrt(metrics.mean_squared_error(new_y, said)), nodes
    shares = model.predict_proba(new_x)
    own = np.clip(shares[np.arange(len(new_y)), np.searchsorted(model.classes_, new_y)], np.finfo(float).eps, 1)
    return metrics.accuracy_score(new_y, model.classes_[shares.argmax(axis=1)]), -np.log(own).mean(), nodes


def apart(a, b):
    """Standard deviations between two means of so many values."""
    spread = math.sqrt((statistics.variance(a) + statistics.variance(b)) / len(a))
    return (statistics.fmean(a) - statistics.fmean(b)) / spread if spread else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--program", default=os.path.join(HERE, "..", "build", "release", "cauce"))
    parser.add_argument("--trees", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("names", nargs="+")
    args = parser.parse_args()
    print(f"{'':<22}{'':<9}{'cauce':>22}{'scikit-learn':>22}   apart")
    for name in args.names:
        tables = []
        for part in ("train", "test"):
            table = pd.read_csv(os.path.join(args.data, f"{name}_{part}.csv"))
            tables.append((table.drop(columns="y").to_numpy(np.float32), table["y"].to_numpy()))
        classes = len(np.unique(tables[0][1])) <= 50
        for kind in ("random_forest", "extra_trees"):
            pairs = [(ours(args, kind, s, name, classes), theirs(args, kind, s, tables, classes)) for s in range(args.seeds)]
            for i, metric in enumerate(("accuracy", "log_loss") if classes else ("r2", "rmse")):
                a, b = ([pair[side][i] for pair in pairs] for side in (0, 1))
                cells = (f"{statistics.fmean(v):12.5g} +- {statistics.stdev(v):<6.2g}" for v in (a, b))
                print(f"{name + ' ' + kind:<22}{metric:<9}" + "".join(cells) + f"{apart(a, b):8.1f}")
            a, b = (statistics.fmean(pair[side][2] for pair in pairs) for side in (0, 1))
            print(f"{name + ' ' + kind:<22}{'nodes':<9}{a:12.0f}{'':<10}{b:12.0f}{'':<10}{a / b:8.3f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
