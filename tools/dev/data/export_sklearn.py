#!/usr/bin/python3
"""Writes the data sets of scikit-learn to CSV files: export_sklearn.py FOLDER

Debian package: python3-sklearn. Same package, same bytes: a header, the features in their order, the target last,
numbers with the fewest digits that read back to the same double, whole numbers without a point, LF line ends.
"""
import os
import sys

from sklearn import datasets


def number(value):
    value = float(value)
    return str(int(value)) if value == int(value) else repr(value)


def name(text):
    """'sepal length (cm)' -> 'sepal_length_cm': names that need no quotes anywhere."""
    for old, new in ((" (", "_"), (")", ""), ("/", "_"), (" ", "_")):
        text = text.replace(old, new)
    return text


def export(folder, stem, data, target, labels=None):
    path = os.path.join(folder, stem + ".csv")
    with open(path, "w", newline="\n") as out:
        out.write(",".join([name(f) for f in data.feature_names] + [target]) + "\n")
        for row, y in zip(data.data, data.target):
            last = str(labels[int(y)]) if labels is not None else number(y)
            out.write(",".join([number(v) for v in row] + [last]) + "\n")
    print(f"{path}: {data.data.shape[0]} rows, {data.data.shape[1] + 1} columns, 0 missing cells")


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit(__doc__)
    folder = sys.argv[1]
    iris, wine, cancer = datasets.load_iris(), datasets.load_wine(), datasets.load_breast_cancer()
    export(folder, "iris", iris, "species", iris.target_names)
    export(folder, "wine", wine, "cultivar", wine.target_names)
    export(folder, "breast_cancer", cancer, "diagnosis", cancer.target_names)
    export(folder, "diabetes", datasets.load_diabetes(scaled=False), "progression")
    export(folder, "digits", datasets.load_digits(), "digit")


main()
