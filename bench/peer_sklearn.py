"""scikit-learn and pandas as a contender: peer_sklearn.py --job JOB.json --out RESULT.json (see adapter.c)."""
import json
import os
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
job = json.load(open(sys.argv[sys.argv.index("--job") + 1]))
params, threads, is_clf, result = job["params"], job["threads"], job.get("kind") == "clf", {}


def timed(key, call):
    start = time.perf_counter()
    value = call()
    result[key] = time.perf_counter() - start
    return value


def load(part):
    table = pd.read_csv(f"{job['data_dir']}/{job['data']}_{part}.csv")
    return np.ascontiguousarray(table.iloc[:, :-1].values, dtype=np.float32), table["y"].values


def save(values, model):
    if is_clf:  # a class absent from training gets probability 0
        full = np.zeros((len(values), int(max(model.classes_)) + 1))
        full[:, model.classes_.astype(int)] = values
        values = full
    np.asarray(values, dtype=np.float64).tofile(job["pred_path"])
    result["pred"] = job["pred_path"]


def forest():
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
    (x, y), (x_test, _) = load("train"), load("test")
    kinds = {"rf": (RandomForestRegressor, RandomForestClassifier), "et": (ExtraTreesRegressor, ExtraTreesClassifier)}
    kind = kinds[job["task"]][is_clf]
    model = kind(n_estimators=params["n_trees"], n_jobs=threads, random_state=job["seed"],
                 max_features={"sqrt": "sqrt", "third": 1 / 3, "all": 1.0}[params["max_features"]])
    timed("fit_s", lambda: model.fit(x, y))
    time_predictions(model, x_test)


def boosting():
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    (x, y), (x_test, _) = load("train"), load("test")
    kind = HistGradientBoostingClassifier if is_clf else HistGradientBoostingRegressor
    model = kind(max_iter=params["n_trees"], early_stopping=False, random_state=job["seed"])
    timed("fit_s", lambda: model.fit(x, y))
    time_predictions(model, x_test)


def time_predictions(model, x_test):
    predict = model.predict_proba if is_clf else model.predict
    save(predict(x_test), model)
    tiled = np.ascontiguousarray(np.tile(x_test, (100000 // len(x_test) + 1, 1))[:100000])
    timed("pred100k_s", lambda: predict(tiled))
    if hasattr(model, "n_jobs"):
        model.n_jobs = 1  # one row in many threads only costs more
    times = []
    for i in range(params.get("single_calls", 200)):
        start = time.perf_counter()
        predict(tiled[i:i + 1])
        times.append(1e6 * (time.perf_counter() - start))
    result["single_p50_us"], result["single_p99_us"] = np.percentile(times, 50), np.percentile(times, 99)
    if params.get("save"):
        import joblib
        joblib.dump(model, job["model_path"])
        result["model_mb"] = os.path.getsize(job["model_path"]) / 1e6


def linear():
    from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge
    (x, y), (x_test, _) = load("train"), load("test")
    x, x_test, strength = x.astype(np.float64), x_test.astype(np.float64), params["alpha"] * len(y)
    if is_clf:
        model = LogisticRegression(C=1 / strength, penalty=params["penalty"], solver=params["solver"], max_iter=2000,
                                   tol=params["tol"])
    elif params["penalty"] == "l1":
        model = Lasso(alpha=params["alpha"], max_iter=10000, tol=params["tol"])
    elif params["penalty"] == "enet":
        model = ElasticNet(alpha=params["alpha"], max_iter=10000, tol=params["tol"])
    else:
        model = Ridge(alpha=strength, solver=params["solver"])
    timed("fit_s", lambda: model.fit(x, y))
    save(model.predict_proba(x_test) if is_clf else model.predict(x_test), model)


def nearest():
    from sklearn.neighbors import KNeighborsClassifier
    (x, y), (x_test, _) = load("train"), load("test")
    x, x_test = x.astype(np.float64), x_test.astype(np.float64)
    model = KNeighborsClassifier(n_neighbors=params["n_neighbors"], algorithm=params["algorithm"], n_jobs=threads)
    timed("fit_s", lambda: model.fit(x, y).predict_proba(x))
    save(model.predict_proba(x_test), model)


def impute():
    from sklearn.impute import KNNImputer
    x = pd.read_csv(f"{job['data_dir']}/{params['file']}").values
    filled = timed("fit_s", lambda: KNNImputer(n_neighbors=params["n_neighbors"]).fit_transform(x))
    result["sum"], result["squares"] = filled.sum(), (filled ** 2).sum()


def read_csv():
    path = f"{job['data_dir']}/{params['file']}"
    table = timed("fit_s", lambda: pd.read_csv(path, engine="c"))
    result["MBps"], result["rows"] = os.path.getsize(path) / 1e6 / result["fit_s"], len(table)


def pipeline():
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
    from sklearn.pipeline import Pipeline, make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    x = timed("load_s", lambda: pd.read_csv(f"{job['data_dir']}/{params['file']}"))
    y = x.pop(params["target"])
    numbers = x.select_dtypes("number").columns.tolist()
    # Dense one-hot columns where the job says so: much faster for forests than the sparse default.
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=not params.get("dense", False))
    prep = ColumnTransformer([
        ("num", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        ("cat", make_pipeline(SimpleImputer(strategy="most_frequent"), one_hot), [c for c in x if c not in numbers])])
    if job["task"] == "prep":
        result["shape"] = list(timed("fit_s", lambda: prep.fit_transform(x)).shape)
        timed("transform_s", lambda: prep.transform(x))
        return
    if job["task"] == "row":
        from sklearn.linear_model import LogisticRegression
        model = make_pipeline(prep, LogisticRegression(max_iter=1000)).fit(x, y)
        times = []
        for i in range(200):
            start = time.perf_counter()
            model.predict_proba(x[i:i + 1])
            times.append(1e6 * (time.perf_counter() - start))
        result["single_p50_us"], result["single_p99_us"] = np.percentile(times, 50), np.percentile(times, 99)
        result["rows"] = len(times)
        return
    model = Pipeline([("prep", prep), ("rf", RandomForestClassifier(n_estimators=params["n_trees"], random_state=job["seed"]))])
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    if job["task"] == "main":
        scores = timed("fit_s", lambda: cross_val_score(model, x, y, cv=folds, n_jobs=threads))
        result["cv_acc"] = scores.mean()
    else:
        grid = {"rf__max_depth": [8, 16, None], "rf__min_samples_leaf": [1, 5], "rf__max_features": ["sqrt", 0.3]}
        search = timed("fit_s", lambda: GridSearchCV(model, grid, cv=folds, n_jobs=threads).fit(x, y))
        result["cv_acc"], result["best"] = search.best_score_, str(search.best_params_)


{"rf": forest, "et": forest, "gbm": boosting, "linear": linear, "knn": nearest, "impute": impute, "csv": read_csv, "prep": pipeline, "main": pipeline, "grid": pipeline, "row": pipeline}[job["task"]]()
json.dump(result, open(sys.argv[sys.argv.index("--out") + 1], "w"))
