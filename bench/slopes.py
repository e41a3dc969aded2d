#!/usr/bin/env python3
"""How time grows with rows, columns and iterations.

    slopes.py [--program build/release/cauce] [--rows 10000,100000,1000000] [--columns 10,50,250] [--at 20000] [MODEL...]

Fits on tables of normal numbers, one thread, and prints user seconds (of the fit alone: what reading the table takes is
measured apart, by fitting a constant, and taken off), nanoseconds per cell, and the exponent of growth since the line
before: 1 is proportional. Rows vary with 10 columns, columns with --at rows, iterations of boosting with 100000 x 10.
MODEL: words of the lines that are wanted. Needs python3-numpy.
"""
import argparse
import math
import os
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = {
    "reading": ("c", None),
    "random_forest": ("c", "random_forest_classifier n_estimators=5"),
    "boosting": ("c", "hist_gradient_boosting_classifier max_iter=20 early_stopping=false"),
    "logistic": ("c", "logistic_regression"),
    "ridge": ("y", "ridge"),
}


def table(folder, n, p):
    """Columns x0 ..., a number y and a class c of them; written once."""
    path = os.path.join(folder, f"slopes_{n}x{p}.csv")
    if os.path.exists(path):
        return path
    rng = np.random.default_rng(1)
    weights = rng.normal(size=p) / math.sqrt(p)
    with open(path + ".new", "w") as file:
        file.write(",".join([f"x{j}" for j in range(p)] + ["y", "c"]) + "\n")
        for first in range(0, n, 10000):
            x = rng.normal(size=(min(10000, n - first), p)).round(4)
            y = (x @ weights + np.sin(3 * x[:, 0]) + 0.3 * rng.normal(size=len(x))).round(4)
            for row, number in zip(x.tolist(), y.tolist()):
                file.write(",".join(map(repr, row)) + f",{number},{'yes' if number > 0 else 'no'}\n")
    os.rename(path + ".new", path)
    return path


def user_seconds(command):
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return max(1e-3, usage.ru_utime)


def fit_seconds(args, path, target, model):
    task = "classification" if target == "c" else "regression"
    drop = "y" if target == "c" else "c"
    spec = model or "dummy_classifier"
    return min(user_seconds([args.program, "fit", path, "-t", target, "--drop", drop, "--task", task, "-m", spec, "-q",
                             "--threads", "1", "-o", os.path.join(args.folder, "slopes.cauce")]) for _ in range(args.reps))


def print_slope(args, name, what, sizes, shape, spec):
    before = None
    for size in sizes:
        n, p = shape(size)
        path = table(args.folder, n, p)
        if (path, "reading") not in args.known:
            args.known[path, "reading"] = fit_seconds(args, path, "c", None)
        seconds = args.known[path, "reading"]
        if MODELS[name][1]:
            seconds = max(1e-3, fit_seconds(args, path, MODELS[name][0], spec(size)) - seconds)
        growth = f"{math.log(seconds / before[1]) / math.log(size / before[0]):8.2f}" if before else f"{'':8}"
        before = (size, seconds)
        cell = seconds / n / p * 1e9 / (size if what == "iterations" else 1)
        print(f"{name:<15}{what:<11}{size:>9}{seconds:10.3f} s{cell:10.1f} ns/cell{growth}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(HERE, "..", "build", "release", "cauce"))
    parser.add_argument("--folder", default=os.path.join(HERE, "..", "build", "bench", "data"))
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--columns", default="10,50,250")
    parser.add_argument("--at", type=int, default=20000)
    parser.add_argument("--reps", type=int, default=1, help="the least of so many runs is taken")
    parser.add_argument("models", nargs="*", metavar="MODEL")
    args = parser.parse_args()
    args.known = {}
    os.makedirs(args.folder, exist_ok=True)
    rows, columns = ([int(v) for v in text.split(",")] for text in (args.rows, args.columns))
    wanted = [m for m in MODELS if not args.models or m in args.models]
    for name in wanted:
        whole = MODELS[name][1]
        print_slope(args, name, "rows", rows, lambda n: (n, 10), lambda _: whole)
        print_slope(args, name, "columns", columns, lambda p: (args.at, p), lambda _: whole)
    if "boosting" in wanted:
        text = MODELS["boosting"][1]
        print_slope(args, "boosting", "iterations", [20, 80, 320], lambda _: (100000, 10),
                    lambda k: text.replace("max_iter=20", f"max_iter={k}"))


main()
