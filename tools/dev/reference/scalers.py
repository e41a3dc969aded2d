#!/usr/bin/python3
"""Expected values of the scalers' tests from scikit-learn 1.2.1: writes tests/reference/scalers.h.

Data: four made columns (ties, a long tail, missing cells, both signs), and scikit-learn's wine, iris and
diabetes (four columns). Matrices are written column by column.
"""
import pathlib
import warnings

import numpy as np
from scipy.stats import norm
from sklearn import preprocessing as p
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.feature_selection import VarianceThreshold

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/scalers.py from scikit-learn 1.2.1; do not edit. */", "/* clang-format off */",
         "#include <math.h>", ""]


def numbers(name, values):
    values = np.asarray(values, dtype=float).ravel(order="F")
    cells = ", ".join("NAN" if np.isnan(v) else "%.17g" % v for v in values)
    lines.append("static const double ref_%s[] = { %s };" % (name, cells))


def text(name, value):
    lines.append('static const char ref_%s[] = "%s";' % (name, value))


made = np.random.RandomState(5)
N = 60
full = np.column_stack([made.randint(0, 9, N), np.exp(2 * made.randn(N)), 100 + 7 * made.randn(N), made.randn(N)])
x = full.copy()
x[made.rand(N) < 0.2, 2] = np.nan
weight = made.randint(1, 5, N)
repeated = np.repeat(x, weight, axis=0)
lines.append("enum { REF_N = %d, REF_COLUMNS = 4 };" % N)
numbers("full", full)
numbers("x", x)
numbers("weight", weight)
wine, iris, diabetes = load_wine().data, load_iris().data, load_diabetes().data[:, :4]
numbers("wine", wine)
numbers("iris", iris)
numbers("diabetes", diabetes)

# quantile.h
q = np.array([0, 0.01, 0.1, 0.25, 1 / 3, 0.5, 0.77, 0.99, 1])
numbers("q", q)
numbers("quantiles", np.nanquantile(x, q, axis=0))
numbers("quantiles_weighted", np.nanquantile(repeated, q, axis=0))
tail = np.concatenate([10.0 ** -np.arange(1, 300, 23), np.linspace(0.01, 0.99, 50)])
numbers("tail", tail)
numbers("tail_quantiles", norm.ppf(tail))

# min_max_scaler, max_abs_scaler, robust_scaler, clip
numbers("min_max", p.MinMaxScaler().fit_transform(x))
numbers("min_max_wide", p.MinMaxScaler(feature_range=(-5, 15)).fit_transform(x))
numbers("max_abs", p.MaxAbsScaler().fit_transform(x))
for tag, data in (("", x), ("_weighted", repeated)):
    for name, options in (("robust", {}), ("robust_unit", {"quantile_range": (10, 80), "unit_variance": True})):
        s = p.RobustScaler(**options).fit(data)
        numbers(name + "_center" + tag, s.center_)
        numbers(name + "_scale" + tag, s.scale_)
        numbers(name + tag, s.transform(x))
s = p.RobustScaler().fit(wine)
numbers("robust_wine", [s.center_.sum(), s.scale_.sum()])
numbers("clip", np.clip(x, np.nanquantile(x, 0.01, axis=0), np.nanquantile(x, 0.99, axis=0)))

# normalizer, variance_threshold
for name in ("l1", "l2", "max"):
    numbers("normalizer_" + name, p.Normalizer(name).fit_transform(full))
numbers("variances", VarianceThreshold(1).fit(x).variances_)
numbers("variances_weighted", VarianceThreshold(1).fit(repeated).variances_)

# polynomial_features
for tag, data, options in (("iris", iris, {"degree": 3}), ("plain", full[:, :3], {}),
                           ("only", full, {"degree": 3, "interaction_only": True, "include_bias": False})):
    s = p.PolynomialFeatures(**options)
    z = s.fit_transform(data)
    text("polynomial_names_" + tag, ", ".join(s.get_feature_names_out(["x%d" % i for i in range(data.shape[1])])))
    numbers("polynomial_sums_" + tag, z.sum(axis=0))
    numbers("polynomial_row_" + tag, z[7])

# k_bins_discretizer
for strategy in ("quantile", "uniform", "kmeans"):
    s = p.KBinsDiscretizer(5, strategy=strategy, encode="ordinal", subsample=None).fit(full)
    numbers("bins_" + strategy, s.transform(full))
    numbers("bins_edges_" + strategy, np.concatenate(s.bin_edges_))
    s = p.KBinsDiscretizer(5, strategy=strategy, encode="ordinal", subsample=None).fit(diabetes[:, [2]])
    numbers("bins_bmi_" + strategy, s.bin_edges_[0])

# quantile_transformer
for output in ("uniform", "normal"):
    numbers("rank_" + output, p.QuantileTransformer(n_quantiles=60, output_distribution=output).fit_transform(x))
    numbers("rank_few_" + output, p.QuantileTransformer(n_quantiles=7, output_distribution=output).fit_transform(x))
    numbers("rank_diabetes_" + output,
            p.QuantileTransformer(n_quantiles=100, output_distribution=output).fit_transform(diabetes)[:20])
numbers("rank_weighted", p.QuantileTransformer(n_quantiles=60).fit(repeated).transform(x))

# power_transformer
for method, data in (("yeo-johnson", wine), ("box-cox", wine)):
    s = p.PowerTransformer(method).fit(data)
    name = method.replace("-", "_")
    numbers("power_lambda_" + name, s.lambdas_)
    numbers("power_" + name, s.transform(data)[:20])
for tag, data in (("", x), ("_weighted", repeated)):
    s = p.PowerTransformer(standardize=False).fit(data)
    numbers("power_lambda" + tag, s.lambdas_)
    numbers("power" + tag, s.transform(x))

(ROOT / "tests" / "reference" / "scalers.h").write_text("\n".join(lines) + "\n")
