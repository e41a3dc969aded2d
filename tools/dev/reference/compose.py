#!/usr/bin/python3
"""Expected values of tests/compose and of successive halving from scikit-learn 1.2.1: writes
tests/reference/compose.h. The tables are those of data/, in their order."""
import pathlib
import warnings

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import StackingClassifier, StackingRegressor, VotingClassifier, VotingRegressor
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import RFE, SelectFromModel, SelectKBest, SequentialFeatureSelector
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.model_selection import HalvingGridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (FunctionTransformer, MinMaxScaler, PowerTransformer, QuantileTransformer, RobustScaler,
                                   StandardScaler)

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
out = ["/* Made by tools/dev/reference/compose.py from scikit-learn 1.2.1; do not edit. */", "/* clang-format off */"]


def numbers(name, values):
    out.append("static const double %s[] = { %s };" % (name, ", ".join("%.17g" % v for v in np.ravel(values))))


def whole(name, values):
    out.append("static const int %s[] = { %s };" % (name, ", ".join(str(int(v)) for v in np.ravel(values))))


dia = load_diabetes(scaled=False)
dx, dy = dia.data, dia.target
bc = load_breast_cancer()
bx = StandardScaler().fit_transform(bc.data)
bc.target = 1 - bc.target  # the file says B and M, or 0 for benign: see tests
wine = load_wine()
wx = StandardScaler().fit_transform(wine.data)
lr = dict(solver="newton-cg", tol=1e-8, max_iter=1000)

# Selection
whole("best_of_cancer", SelectKBest(k=10).fit(bc.data, bc.target).get_support(indices=True))
lr2 = dict(solver="newton-cholesky", tol=1e-10)
whole("rfe_cancer", RFE(LogisticRegression(**lr2), n_features_to_select=5).fit(bx, bc.target).get_support(indices=True))
ranking = RFE(Ridge(), n_features_to_select=0.3, step=2).fit(StandardScaler().fit_transform(dx), dy).ranking_
whole("rfe_ranking", ranking)
whole("rfe_wine", RFE(LogisticRegression(**lr), n_features_to_select=4, step=0.2).fit(wx, wine.target).ranking_)
sx = StandardScaler().fit_transform(dx)
load = load_diabetes()
whole("sfs_forward", SequentialFeatureSelector(Ridge(), n_features_to_select=4, cv=5).fit(load.data, dy).get_support(indices=True))
whole("sfs_scaled", SequentialFeatureSelector(Ridge(), n_features_to_select=4, cv=5).fit(sx, dy).get_support(indices=True))
whole("sfs_backward", SequentialFeatureSelector(Ridge(), n_features_to_select=3, direction="backward", cv=4,
                                                scoring="neg_mean_absolute_error").fit(sx, dy).get_support(indices=True))
whole("sfs_tol", SequentialFeatureSelector(Ridge(), n_features_to_select="auto", tol=0.005, cv=5).fit(sx, dy)
      .get_support(indices=True))
model = LogisticRegression(**lr).fit(wx, wine.target)
numbers("from_model_importances", np.abs(model.coef_).sum(axis=0))
for name, threshold in (("mean", "mean"), ("median", "median"), ("scaled", "1.25*mean"), ("number", 2.0)):
    whole("from_model_" + name, SelectFromModel(LogisticRegression(**lr), threshold=threshold).fit(wx, wine.target)
          .get_support(indices=True))
whole("from_model_most", SelectFromModel(LogisticRegression(**lr), threshold=-np.inf, max_features=3).fit(wx, wine.target)
      .get_support(indices=True))
whole("from_model_lasso", SelectFromModel(Lasso(alpha=1, tol=1e-12)).fit(sx, dy).get_support(indices=True))

# Voting and stacking
members = [("lr", LogisticRegression(**lr)), ("nb", GaussianNB()), ("knn", KNeighborsClassifier())]
soft = VotingClassifier(members, voting="soft", weights=[1, 2, 3]).fit(wx, wine.target)
numbers("vote_soft", soft.predict_proba(wx)[::9])
hard = VotingClassifier(members, weights=[2, 1, 1]).fit(wx[:, :3], wine.target)
whole("vote_hard", hard.predict(wx[:, :3]))
numbers("vote_mean", VotingRegressor([("a", Ridge()), ("b", LinearRegression())], weights=[1, 3]).fit(sx, dy).predict(sx)[::20])
stack = StackingClassifier(members[:2], final_estimator=LogisticRegression(**lr), cv=5).fit(wx, wine.target)
numbers("stack_wine", stack.predict_proba(wx)[::9])
stack = StackingClassifier(members[:2], final_estimator=LogisticRegression(**lr2), passthrough=True, cv=3).fit(bx, bc.target)
numbers("stack_cancer", stack.predict_proba(bx)[::25, 1])
stack = StackingRegressor([("a", Ridge()), ("b", LinearRegression())], final_estimator=Ridge(alpha=2), cv=4).fit(sx, dy)
numbers("stack_diabetes", stack.predict(sx)[::20])

both = [("lr", LogisticRegression(**lr)), ("rc", RidgeClassifier())]
for name, table, target, members_of, method, step in (
        ("wine_decision", wx, wine.target, both, "decision_function", 9), ("wine_classes", wx, wine.target, members[:2], "predict", 9),
        ("cancer_decision", bx, bc.target, both, "decision_function", 25), ("cancer_classes", bx, bc.target, members[:2], "predict", 25),
        ("cancer_auto", bx, bc.target, both, "auto", 25)):
    stack = StackingClassifier(members_of, final_estimator=LogisticRegression(**lr), cv=4, stack_method=method).fit(table, target)
    numbers("stack_" + name, stack.predict_proba(table)[::step])

# Targets there and back
for name, transformer in (("scaled", StandardScaler()), ("robust", RobustScaler()), ("ranged", MinMaxScaler()),
                          ("logged", FunctionTransformer(np.log, np.exp)),
                          ("root", make_pipeline(FunctionTransformer(np.sqrt, np.square), StandardScaler())),
                          ("power", PowerTransformer()), ("boxcox", PowerTransformer(method="box-cox")),
                          ("quantile", QuantileTransformer(n_quantiles=50)),
                          ("normal", QuantileTransformer(n_quantiles=50, output_distribution="normal"))):
    model = TransformedTargetRegressor(Ridge(), transformer=transformer).fit(sx, dy)
    numbers("back_" + name, model.predict(sx)[::20])

# Halving
search = HalvingGridSearchCV(Ridge(), {"alpha": np.logspace(-4, 4, 9)}, cv=5, random_state=0).fit(load.data, dy)
whole("halving_resources", search.n_resources_)
whole("halving_candidates", search.n_candidates_)
for name, n_samples, grid, options in (
        ("a", 442, 9, {}), ("b", 442, 20, {"factor": 2}), ("c", 442, 100, {"min_resources": 60}),
        ("d", 442, 100, {"min_resources": 60, "aggressive_elimination": True}), ("e", 442, 7, {"min_resources": "smallest"}),
        ("f", 442, 30, {"max_resources": 200, "factor": 3.5})):
    search = HalvingGridSearchCV(Ridge(), {"alpha": np.logspace(-4, 4, grid)}, cv=5, random_state=0, **options)
    search.fit(load.data[:n_samples], dy[:n_samples])
    whole("rounds_%s_resources" % name, search.n_resources_)
    whole("rounds_%s_candidates" % name, search.n_candidates_)
(ROOT / "tests" / "reference" / "compose.h").write_text("\n".join(out) + "\n")
