#!/usr/bin/env python3
"""Times the library beside the peers that are installed, and prints a table.

    compare.py --adapter build/release/cauce_bench NAME... [--threads 1,2] [--reps 3] [--extra 'NAME=COMMAND']

A contender is a command that is run once per repetition as COMMAND --job JOB.json --out RESULT.json; adapter.c describes
both files. The contenders take turns within each repetition, so that a slow spell of the machine falls on all; figures are
medians. Quality is computed here, from the predictions that a contender wrote. Standard library only: without a peer the
table has our own column alone.
"""
import argparse
import array
import difflib
import json
import math
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import data

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 900  # seconds a run may take


def find_peers():
    """Contenders that are installed: name -> command."""
    for python in (sys.executable, "/usr/bin/python3"):
        probe = [python, "-c", "import sklearn, pandas; print(sklearn.__version__)"]
        try:
            found = subprocess.run(probe, capture_output=True, text=True, check=True).stdout.strip()
            return {"sklearn": [python, os.path.join(HERE, "peer_sklearn.py")]}, f"scikit-learn {found}"
        except (OSError, subprocess.CalledProcessError):
            continue
    return {}, "no peer installed (python3-sklearn, python3-pandas)"


def test_target(folder, name):
    with open(os.path.join(folder, name + "_test.csv")) as file:
        next(file)
        return [float(line.rsplit(",", 1)[1]) for line in file]


def auc(y, scores):
    """Area under the ROC curve from mean ranks."""
    order = sorted(range(len(y)), key=scores.__getitem__)
    rank_sum, positives, i = 0.0, sum(1 for v in y if v), 0
    while i < len(order):
        j = i
        while j < len(order) and scores[order[j]] == scores[order[i]]:
            j += 1
        rank_sum += sum((i + 1 + j) / 2 for k in order[i:j] if y[k])
        i = j
    return (rank_sum - positives * (positives + 1) / 2) / (positives * (len(y) - positives))


def quality(job, result):
    """What the predictions are worth: text for the table."""
    if "cv_acc" in result:
        return f"acc {result['cv_acc']:.4f}"
    if "squares" in result:
        return f"sum {result['sum']:.6f} squares {result['squares']:.6f}"
    if "allocations" in result:
        return f"{result['allocations']} allocations"
    if "pred" not in result:
        return " x ".join(map(str, result["shape"])) if "shape" in result else f"{result.get('rows', '')} rows"
    y = test_target(job["data_dir"], job["data"])
    values = array.array("d")
    with open(result["pred"], "rb") as file:
        values.frombytes(file.read())
    if job["kind"] == "reg":
        return f"rmse {math.sqrt(sum((a - b) ** 2 for a, b in zip(y, values)) / len(y)):.5g}"
    width = len(values) // len(y)
    rows = [values[i * width:(i + 1) * width] for i in range(len(y))]
    right = sum(row.index(max(row)) == int(label) for row, label in zip(rows, y)) / len(y)
    loss = -sum(math.log(max(row[int(label)], 1e-6)) for row, label in zip(rows, y)) / len(y)
    second = f"auc {auc(y, [row[1] for row in rows]):.4f}" if width == 2 and job["task"] in ("rf", "et", "gbm") else f"loss {loss:.5f}"
    return f"acc {right:.4f} {second}"


def run_once(command, job, threads):
    folder = tempfile.mkdtemp(prefix="cauce-bench-")
    try:
        full = dict(job, threads=threads, seed=1, **{k: os.path.join(folder, k) for k in ("pred_path", "coef_path", "model_path")})
        job_path, result_path = os.path.join(folder, "job.json"), os.path.join(folder, "result.json")
        with open(job_path, "w") as file:
            json.dump(full, file)
        env = dict(os.environ)
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT"):
            env[name] = str(threads)
        with open(os.path.join(folder, "log"), "w+") as log:
            child = subprocess.Popen(command + ["--job", job_path, "--out", result_path], env=env, stdout=log, stderr=log)
            end = time.monotonic() + LIMIT
            while True:  # wait4 and not wait: it tells the peak memory of this child alone
                pid, status, usage = os.wait4(child.pid, os.WNOHANG)
                if pid:
                    break
                if time.monotonic() > end:
                    child.kill()
                time.sleep(0.005)
            child.returncode = status
            log.seek(0)
            said = log.read().strip()[-300:]
        if status or not os.path.exists(result_path):
            return {"error": said or f"ended with status {status}"}
        with open(result_path) as file:
            result = json.load(file)
        result["rss_mb"] = usage.ru_maxrss / 1024
        result["quality"] = quality(full, result)
        return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def median_of(runs, key):
    values = [run[key] for run in runs if isinstance(run.get(key), (int, float))]
    return statistics.median(values) if len(values) == len(runs) and values else None


def show(value):
    return "-" if value is None else f"{value:.3f}" if value < 100 else f"{value:.0f}"


FIGURES = (("fit_s", "s"), ("transform_s", "transform s"), ("pred100k_s", "predict 100k s"), ("single_p50_us", "one row p50 us"),
           ("single_p99_us", "one row p99 us"), ("model_mb", "model MB"), ("rss_mb", "peak MB"))


def print_job(job, threads, runs):
    """One line for each figure that the first contender has: every contender's median, and how many times ours it is."""
    ours = next(iter(runs))
    for name, of in runs.items():
        for run in of:
            if "error" in run:
                print(f"{job['name']:<18} T{threads} {name}: failed: {run['error']}")
                break
    good = {name: of for name, of in runs.items() if not any("error" in run for run in of)}
    for key, label in FIGURES:
        own = median_of(good.get(ours, []), key)
        if own is None:
            continue
        cells = [f"{ours} {show(own):>8}"]
        for name in [n for n in good if n != ours]:
            other = median_of(good[name], key)
            if other is not None:
                cells.append(f"{name} {show(other):>8}  {other / own:6.2f}x")
        print(f"{job['name']:<18} T{threads} {label:<15} " + "   ".join(cells))
    print(f"{job['name']:<18} T{threads} {'quality':<15} " + "   ".join(f"{n} {of[-1]['quality']}" for n, of in good.items()), flush=True)


def make_apart(folder, name):
    """In a process of its own: what it takes would count as memory of the contenders, which begin as copies of this one."""
    child = multiprocessing.Process(target=data.make, args=(folder, name))
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(f"no data for {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adapter", required=True)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a suite or a job")
    parser.add_argument("--threads", default=",".join(map(str, sorted({1, min(2, os.cpu_count() or 1)}))))
    parser.add_argument("--reps", type=int)
    parser.add_argument("--extra", action="append", default=[], metavar="NAME=COMMAND")
    args = parser.parse_args()
    if not os.path.exists(args.adapter):
        sys.exit(f"{args.adapter} is not there: ./dev bench builds it")
    with open(os.path.join(HERE, "jobs.json")) as file:
        suites = json.load(file)
    if not args.names:
        for suite, jobs in suites.items():
            print(f"{suite:<8}" + " ".join(job["name"] for job in jobs))
        sys.exit(0)
    known = {**suites, **{job["name"]: [job] for jobs in suites.values() for job in jobs}}
    for name in args.names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            sys.exit(f"there is no suite or job {name}" + (f"; did you mean {near[0]}?" if near else f" ({', '.join(suites)})"))
    asked = [job for name in args.names for job in known[name]]
    peers, about = find_peers()
    contenders = {"cauce": [args.adapter], **peers, **{e.split("=", 1)[0]: e.split("=", 1)[1].split() for e in args.extra}}
    folder = os.path.join(HERE, "..", "build", "bench", "data")
    print(f"peers: {about}; {os.cpu_count()} cores; medians; NNx: the peer's figure over ours")
    for job in asked:
        make_apart(folder, job.get("data") or job["params"]["file"])
        job["data_dir"] = os.path.abspath(folder)
        for threads in map(int, args.threads.split(",")):
            runs = {name: [] for name in contenders}
            for _ in range(args.reps or job.get("reps", 3)):
                for name, command in contenders.items():
                    runs[name].append(run_once(command, job, threads))
            print_job(job, threads, runs)


main()
