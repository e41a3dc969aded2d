#!/usr/bin/python3
"""Expected values of tests/transformers/test_hashing_encoder.c from scikit-learn 1.2.1's FeatureHasher: writes
tests/reference/hashing.h."""
import pathlib

from sklearn.feature_extraction import FeatureHasher

ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/hashing.py from scikit-learn 1.2.1; do not edit. */",
         "/* clang-format off */"]
CITIES = ["Rome", "Oslo", "", "São Paulo", "Bern", "x", "xy", "xyz", "München am Rhein", "nan", "東京", "1", "tab\\t"]
sizes = [((i * 7) % 5) - 1.5 for i in range(len(CITIES))]
rows = [{"city": c.replace("\\t", "\t"), "a rather long name": v, "colour": "red" if i % 3 else "blue"}
        for i, (c, v) in enumerate(zip(CITIES, sizes))]
lines.append("enum { HASHING_ROWS = %d };" % len(rows))
lines.append("static const char *const ref_cities[] = { %s };" % ", ".join('"%s"' % c for c in CITIES))
lines.append("static const char *const ref_colours[] = { %s };" % ", ".join('"%s"' % r["colour"] for r in rows))
lines.append("static const double ref_sizes[] = { %s };" % ", ".join("%g" % v for v in sizes))
for tag, n, sign in (("plain", 64, True), ("few", 3, True), ("unsigned", 10, False), ("odd", 1021, True)):
    z = FeatureHasher(n_features=n, alternate_sign=sign, input_type="dict").transform(rows).tocoo()
    cells = sorted(zip(z.row, z.col, z.data))
    lines.append("static const double ref_hashing_%s[][3] = { %s };"
                 % (tag, ", ".join("{ %d, %d, %g }" % c for c in cells)))
(ROOT / "tests" / "reference" / "hashing.h").write_text("\n".join(lines) + "\n")
