#!/usr/bin/python3
"""Writes tests/reference/cases.h: expected values from scikit-learn 1.2.1 for the cases of tests/reference/README.md
that no other script of this directory makes. A few digits of each are published with the case and asserted here, so that
a wrong fixture shows.

The Titanic passengers of the cases are the 891 of seaborn's and Kaggle's table, whose licence is not stated; so the
table is not kept, only how often each value of a column occurs. What the cases compare are sums over columns, each of
which depends on one column alone, in whatever order its rows stand.

    /usr/bin/python3 tools/dev/reference/cases.py
"""
import pathlib
import re
import warnings

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import (ExtraTreesClassifier, HistGradientBoostingClassifier, HistGradientBoostingRegressor,
                              RandomForestClassifier, RandomForestRegressor)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import HuberRegressor, LogisticRegression, PoissonRegressor, Ridge
from sklearn.metrics import log_loss, precision_recall_curve, r2_score, roc_auc_score, roc_curve
from sklearn.model_selection import (GridSearchCV, StratifiedGroupKFold, cross_val_predict, cross_val_score,
                                     learning_curve, validation_curve)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/cases.py from scikit-learn 1.2.1; do not edit. */", "/* clang-format off */",
         "#include <math.h>"]


def numbers(name, values, published=(), tolerance=1e-11):
    """Writes an array whose first elements have been published to a few digits."""
    values = np.asarray(values, dtype=float).ravel()
    for value, known in zip(values, np.ravel(published)):
        assert abs(value - known) <= tolerance * max(1, abs(known)), (name, value, known)
    lines.append("static const double case_%s[] = { %s };" % (name, ", ".join("INFINITY" if np.isinf(v) else "%.17g" % v for v in values)))


def whole(name, values, published=None):
    values = [int(v) for v in np.ravel(values)]
    assert published is None or values[:len(published)] == list(published), (name, values)
    lines.append("static const int case_%s[] = { %s };" % (name, ", ".join(map(str, values))))


def text(name, value, published=None):
    assert published is None or value == published, (name, value)
    lines.append('static const char case_%s[] = "%s";' % (name, value))


dx, dy = load_diabetes(return_X_y=True)
bx, by = load_breast_cancer(return_X_y=True)
wx, wy = load_wine(return_X_y=True)
bs, ws = StandardScaler().fit_transform(bx), StandardScaler().fit_transform(wx)

# ---- Scalers: 1
scaler = StandardScaler().fit(bx)
numbers("1_mean", scaler.mean_)
numbers("1_var", scaler.var_)
numbers("1_sums", [scaler.mean_.sum(), scaler.var_.sum()], [1856.72137019, 451102.361958])
numbers("1_first", bs[0], [1.0970639815, -2.0733350147, 1.2699336881], 1e-10)

# ---- The Titanic: 15, 16, 19, 23. value:count, a count of 1 left out; NaN: what is missing of 891.
AGE = """
0.42 0.67 0.75:2 0.83:2 0.92 1:7 2:10 3:6 4:10 5:4 6:3 7:3 8:4 9:8 10:2 11:4 12 13:2 14:6 14.5 15:5 16:17 17:13
18:26 19:25 20:15 20.5 21:24 22:27 23:15 23.5 24:30 24.5 25:23 26:18 27:18 28:25 28.5:2 29:20 30:25 30.5:2 31:17
32:18 32.5:2 33:15 34:15 34.5 35:18 36:22 36.5 37:6 38:11 39:14 40:13 40.5:2 41:6 42:13 43:5 44:9 45:12 45.5:2 46:3
47:9 48:9 49:6 50:10 51:7 52:6 53 54:8 55:2 55.5 56:4 57:2 58:5 59:2 60:4 61:3 62:4 63:2 64:2 65:3 66 70:2 70.5 71:2
74 80
"""
FARE = """
0:15 4.0125 5 6.2375 6.4375 6.45 6.4958:2 6.75:2 6.8583 6.95 6.975:2 7.0458 7.05:7 7.0542:2 7.125:4 7.1417 7.225:12
7.2292:15 7.25:13 7.3125 7.4958:3 7.5208 7.55:4 7.6292 7.65:4 7.725 7.7292 7.7333:4 7.7375:2 7.7417 7.75:34 7.775:16
7.7875 7.7958:6 7.8 7.8292:2 7.8542:13 7.875 7.8792:4 7.8875 7.8958:38 7.925:18 8.0292 8.05:43 8.1125 8.1375 8.1583
8.3 8.3625 8.4042 8.4333 8.4583 8.5167 8.6542 8.6625:13 8.6833 8.7125 8.85 9:2 9.2167 9.225:2 9.35:2 9.475 9.4833
9.5:9 9.5875:2 9.825:2 9.8375 9.8417 9.8458 10.1708 10.4625:2 10.5:24 10.5167 11.1333:3 11.2417:2 11.5:4 12 12.275
12.2875 12.35:3 12.475:4 12.525 12.65 12.875 13:42 13.4167 13.5:4 13.7917 13.8583 13.8625 14 14.1083 14.4:2
14.4542:7 14.4583:3 14.5:7 15 15.0458 15.05 15.1 15.2458:5 15.5:8 15.55 15.7417:2 15.75 15.85:4 15.9:2 16 16.1:9
16.7:2 17.4 17.8:2 18:3 18.75:3 18.7875:2 19.2583:4 19.5:2 19.9667:2 20.2125:2 20.25:2 20.525:3 20.575:2 21:6
21.075:4 21.6792 22.025 22.3583:2 22.525 23:4 23.25:2 23.45:2 24:2 24.15:8 25.4667:4 25.5875 25.925 25.9292:2 26:31
26.25:6 26.2833 26.2875:3 26.3875 26.55:15 27:2 27.7208:5 27.75:4 27.9:6 28.5 28.7125 29:2 29.125:5 29.7:3 30:6
30.0708:2 30.5:5 30.6958:2 31:3 31.275:7 31.3875:4 32.3208 32.5 33:3 33.5 34.0208 34.375:4 34.6542 35 35.5:4 36.75:2
37.0042:2 38.5 39:4 39.4 39.6:2 39.6875:6 40.125 41.5792:3 42.4 46.9:6 47.1 49.5 49.5042:2 50 50.4958 51.4792
51.8625:2 52:7 52.5542:3 53.1:5 55:2 55.4417 55.9:2 56.4958:7 56.9292:2 57:2 57.9792:2 59.4 61.175 61.3792 61.9792
63.3583 65:2 66.6:2 69.3:2 69.55:7 71:2 71.2833 73.5:5 75.25 76.2917 76.7292:3 77.2875:2 77.9583:3 78.2667:2 78.85:2
79.2:4 79.65:3 80:2 81.8583 82.1708:2 83.1583:3 83.475:2 86.5:3 89.1042:2 90:4 91.0792:2 93.5:2 106.425:2 108.9:2
110.8833:4 113.275:3 120:4 133.65:2 134.5:2 135.6333:3 146.5208:2 151.55:4 153.4625:3 164.8667:2 211.3375:3 211.5
221.7792 227.525:4 247.5208:2 262.375:2 263:4 512.3292:3
"""
SIBSP = "0:608 1:209 2:28 3:16 4:18 5:5 8:7"
PARCH = "0:678 1:118 2:80 3:5 4:4 5:5 6:1"
SEX = "female:314 male:577"
EMBARKED = "C:168 Q:77 S:644"
CLASS = "First:216 Second:184 Third:491"
WHO = "child:83 man:537 woman:271"
PASSENGERS = 891


def column(name, table, kind):
    values = []
    pairs = [(cell.split(":") + ["1"])[:2] for cell in table.split()]
    for value, count in pairs:
        values += [kind(value)] * int(count)
    if kind is float:
        lines.append("static const double case_%s_values[] = { %s };" % (name, ", ".join(p[0] for p in pairs)))
    else:
        quoted = ", ".join('"%s"' % p[0] for p in pairs)
        lines.append("static const char *const case_%s_values[] = { %s };" % (name, quoted))
    whole(name + "_counts", [p[1] for p in pairs])
    return values + [np.nan] * (PASSENGERS - len(values))


ti = {name: column(name, table, float) for name, table in (("age", AGE), ("fare", FARE), ("sibsp", SIBSP), ("parch", PARCH))}
ti |= {name: column(name, table, str) for name, table in (("sex", SEX), ("embarked", EMBARKED), ("class", CLASS), ("who", WHO))}
ti = pd.DataFrame(ti)
encoder = OneHotEncoder(sparse_output=False).fit(ti[["sex", "embarked", "class"]])
text("15_names", ", ".join(encoder.get_feature_names_out()),
     "sex_female, sex_male, embarked_C, embarked_Q, embarked_S, embarked_nan, class_First, class_Second, class_Third")
whole("15_sums", encoder.transform(ti[["sex", "embarked", "class"]]).sum(axis=0), [314, 577, 168, 77, 644, 2, 216, 184, 491])
encoder = OneHotEncoder(min_frequency=0.05, max_categories=3).fit(ti[["who", "embarked", "parch"]])
# Numbers are written as we print them: 1, not 1.0.
text("16_names", ", ".join(re.sub(r"\.0$", "", c) for c in encoder.get_feature_names_out()))
numbers("19_age", [SimpleImputer(strategy=s).fit(ti[["age"]]).statistics_[0] for s in ("mean", "median", "most_frequent")],
        [29.6991176471, 28, 24])
text("19_embarked", SimpleImputer(strategy="most_frequent").fit(ti[["embarked"]]).statistics_[0], "S")
prepare = ColumnTransformer([
    ("num", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), ["age", "fare", "sibsp", "parch"]),
    ("cat", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), ["sex", "embarked", "class"])])
z = prepare.fit_transform(ti)
text("23_names", ", ".join(prepare.get_feature_names_out()))
numbers("23_sums", np.abs(z).sum(axis=0))
numbers("23_sum", np.abs(z).sum(), [5036.02415443])

# ---- Logistic regression: 36, 38, 39 at the optima of linear.h, 41 in liblinear's form
HEADERS = "".join((ROOT / "tests" / "reference" / name).read_text() for name in ("linear.h", "linear_classes.h"))


def kept(name, shape):
    body = re.search(r"ref_%s\[\d+\] = \{(.*?)\};" % name, HEADERS, re.S).group(1)
    return np.array([float(v) for v in body.replace("\n", " ").split(",") if v.strip()]).reshape(shape)


def margins(x, coef):
    return x @ coef[:, :-1].T + coef[:, -1]


def shares(p):
    return p / p.sum(axis=1, keepdims=True)


p = 1 / (1 + np.exp(-margins(bs, kept("cancer_l2", (1, 31)))[:, 0]))
numbers("36_log_loss", log_loss(by, p), [0.0533918575019])
m = margins(ws, kept("wine_l2", (3, 14)))
numbers("38_log_loss", log_loss(wy, shares(np.exp(m - m.max(axis=1, keepdims=True)))), [0.0318615460303], 3e-10)
coef, ones = kept("ovr_three", (3, 14)), np.c_[ws, np.ones(len(wy))]
for k in range(3):  # the last digits by Newton steps
    for _ in range(10):
        p = 1 / (1 + np.exp(-ones @ coef[k]))
        penalty = np.diag(np.r_[np.ones(13), 0])
        coef[k] -= np.linalg.solve((ones * (p * (1 - p))[:, None]).T @ ones + penalty,
                                   ones.T @ (p - (wy == k)) + penalty @ coef[k])
assert np.abs(coef - kept("ovr_three", (3, 14))).max() < 1e-7
numbers("39_optimum", coef)
m = margins(ws, coef)
numbers("39_log_loss", log_loss(wy, shares(1 / (1 + np.exp(-m)))), [0.0505620765854], 5e-9)
# A penalised constant is the coefficient of a column of ones. liblinear finds who is zero, Newton steps the rest.
model = LogisticRegression(penalty="l1", solver="liblinear", C=0.1, tol=1e-10, max_iter=100000, random_state=0).fit(bs, by)
v, ones = np.r_[model.coef_[0], model.intercept_], np.c_[bs, np.ones(len(by))]
on, sign = v != 0, np.sign(v)
for _ in range(30):
    p = 1 / (1 + np.exp(-ones @ v))
    hessian = (ones * (p * (1 - p))[:, None]).T @ ones
    v[on] -= np.linalg.solve(hessian[np.ix_(on, on)], (ones.T @ (p - by) + sign / 0.1)[on])
slope = ones.T @ (1 / (1 + np.exp(-ones @ v)) - by)
assert (np.sign(v) == sign).all() and (np.abs(slope[~on]) < 10).all() and np.abs((slope + 10 * sign)[on]).max() < 1e-10
assert (v[:-1] != 0).sum() == 8
assert abs(v[on][0] + 0.6320747915) < 1e-5
numbers("41_l1", v)

# ---- Where lbfgs stops above the optimum: 43 without a penalty, 45
model = PoissonRegressor(alpha=0, tol=1e-12, max_iter=100000).fit(dx, np.round(dy / 10))
numbers("43_stop", np.r_[model.coef_, model.intercept_ + 0], [0.0305706234, -1.6135888488, 3.0007437442], 1e-6)
model = HuberRegressor(tol=1e-12, max_iter=100000).fit(dx, dy)
numbers("45_stop", np.r_[model.coef_, model.intercept_, model.scale_], [-28.8577564734, -281.7184547548, 530.4382240377], 1e-5)

# ---- Trees: 47, 53
x32 = dx.astype(np.float32)
trees = [DecisionTreeRegressor(max_depth=3, random_state=s).fit(x32, dy).tree_ for s in range(10)]
assert all((t.feature == trees[0].feature).all() and (t.threshold == trees[0].threshold).all() for t in trees)
inner = trees[0].feature >= 0
level = [0]
for at in level:
    level += [c for c in (trees[0].children_left[at], trees[0].children_right[at]) if inner[c] and c > 0]
assert list(trees[0].feature[:9]) == [8, 2, 6, -2, -2, 0, -2, -2, 2]
whole("47_features", trees[0].feature[level])
numbers("47_thresholds", trees[0].threshold[level])
numbers("47_values", [v for v in trees[0].value[~inner, 0, 0]])  # depth first


def leaves(name, **options):
    """The share of class 1 in the leaf of every row, as a number of a list. Where columns part rows equally well the
    seed decides, and a few rows change leaves: those are -1. The impurity of the leaves is the same for all seeds."""
    models = [DecisionTreeClassifier(random_state=seed, **options).fit(bx.astype(np.float32), by) for seed in range(10)]
    p = np.array([model.predict_proba(bx)[:, 1] for model in models])
    impurity = (2 * p * (1 - p)).sum(axis=1)
    assert impurity.max() - impurity.min() < 1e-9
    share, known = pd.factorize(p[0])
    share[(p != p[0]).any(axis=0)] = -1
    assert (share < 0).sum() <= 6
    whole(name + "_share", share)
    numbers(name + "_shares", known)
    numbers(name + "_impurity", impurity[0])
    return models[0].tree_


tree = leaves("48", max_depth=3)
assert list(tree.feature[:9]) == [20, 27, 10, -2, -2, 21, -2, -2, 1] and abs(tree.threshold[:3] - [16.7950000763, 0.135800004005, 1.0475499928]).max() < 1e-9
tree = leaves("49", max_leaf_nodes=8)
assert tree.node_count == 15 and list(tree.feature[tree.feature >= 0]) == [20, 27, 21, 21, 23, 7, 7]


def over_seeds(name, make, x, y, seeds, published):
    scores = [cross_val_score(make(50, random_state=s), x, y, cv=5).mean() for s in range(seeds)]
    numbers(name, [np.mean(scores), np.std(scores)], published, 1e-4)


over_seeds("53_cancer", RandomForestClassifier, bx, by, 6, [0.96224, 0.00265])
over_seeds("53_diabetes", RandomForestRegressor, dx, dy, 3, [0.4186, 0.0104])
over_seeds("53_wine", ExtraTreesClassifier, wx, wy, 6, [0.97767, 0.0056])

# ---- Boosting: 55, 56, and 57 on the Titanic table of data/
model = HistGradientBoostingRegressor().fit(dx, dy)
p = model.predict(dx)
numbers("55_predictions", p, [164.600987214, 76.7566822629, 146.2337405453])
numbers("55_r2", r2_score(dy, p), [0.92995895751])
holes = bx.copy()
holes.ravel()[7919 * np.arange(holes.size) % 17 == 0] = np.nan
assert np.isnan(holes).sum() == len(range(0, holes.size, 17))
for name, x, first, loss in (("56", bx, [3.5339301650e-4, 6.2155848259e-5], 6.18731652491e-4), ("56_missing", holes, [], 5.28164564489e-4)):
    p = HistGradientBoostingClassifier().fit(x, by).predict_proba(x)[:, 1]
    numbers(name + "_predictions", p[::3] if name == "56_missing" else p, first, 1e-13)
    numbers(name + "_log_loss", log_loss(by, p), [loss], 1e-14)
table = pd.read_csv(ROOT / "data" / "titanic.csv", float_precision="round_trip")
x = np.column_stack([table.age, pd.Categorical(table.sex).codes, pd.Categorical(table.passengerClass).codes]).astype(float)
y = (table.survived == "yes").to_numpy(int)
for name, options in (("57_native", {"categorical_features": [1, 2]}), ("57_ordinal", {})):
    model = HistGradientBoostingClassifier(**options)
    numbers(name, [log_loss(y, model.fit(x, y).predict_proba(x)), cross_val_score(model, x, y, cv=5).mean()])

# ---- Folds, searches, scores: 62, 65, 66, 67, 72, 73
groups = np.array([1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 5, 5, 6, 6, 7, 8, 8])
y = np.array([0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
folds = [sorted(test) for _, test in StratifiedGroupKFold(3).split(y, y, groups)]
assert folds == [[4, 5, 6, 12, 13, 14], [0, 1, 2, 3, 15, 16], [7, 8, 9, 10, 11]], folds
exact = dict(solver="newton-cg", tol=1e-12, max_iter=1000)
grid = GridSearchCV(LogisticRegression(**exact), {"C": [1, -1, 100]}, cv=5, scoring=["roc_auc", "accuracy"], refit="roc_auc").fit(bs, by)
assert grid.best_params_ == {"C": 1} and list(grid.cv_results_["rank_test_roc_auc"]) == [1, 3, 2]
numbers("65_roc_auc", grid.cv_results_["mean_test_roc_auc"][[0, 2]], [0.995318378835], 1e-6)
numbers("65_accuracy", grid.cv_results_["mean_test_accuracy"][[0, 2]])
numbers("66_ridge", cross_val_score(Ridge(), dx, dy, cv=5), [0.3216646058, 0.4404845635, 0.4221035368, 0.4246612927, 0.4419608579], 1e-9)
numbers("66_validation", validation_curve(Ridge(), dx, dy, param_name="alpha", param_range=[0.01, 0.1, 1], cv=5)[1].mean(axis=1),
        [0.481442532, 0.4798821023, 0.4101749713], 1e-9)
sizes, _, scores = learning_curve(Ridge(), dx, dy, cv=5)
whole("66_sizes", sizes, [35, 114, 194, 273, 353])
numbers("66_learning", scores.mean(axis=1), [0.0940781701], 1e-9)
p = cross_val_predict(LogisticRegression(**exact), ws, wy, cv=5, method="predict_proba")
numbers("67_log_loss", log_loss(wy, p), [0.0729865684197], 1e-4)
p = LogisticRegression(**exact).fit(ws[:, :3], wy).predict_proba(ws[:, :3])
numbers("72_auc", [roc_auc_score(wy, p, multi_class=k, average=a) for k in ("ovr", "ovo") for a in ("macro", "weighted")],
        [0.925565876903, 0.92986128029, 0.92198648577, 0.924843722479], 1e-6)
y, s = [0, 0, 1, 1, 1, 0, 1, 0], [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.9, 0.2]
numbers("73_partial", roc_auc_score(y, s, max_fpr=0.5), [0.75])
fpr, tpr, thresholds = roc_curve(y, s)
assert list(thresholds[1:]) == [0.9, 0.8, 0.4, 0.35, 0.1]
numbers("73_roc", np.column_stack([thresholds, fpr, tpr])[1:])  # the first threshold is infinite here
precision, recall, thresholds = precision_recall_curve(y, s)
numbers("73_precision_recall", np.column_stack([np.r_[thresholds, np.inf], precision, recall]))
(ROOT / "tests" / "reference" / "cases.h").write_text("\n".join(lines) + "\n")
