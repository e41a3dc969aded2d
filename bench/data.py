"""The data of bench/jobs.json, made from the tables in data/ and from generators with fixed seeds: same bytes anywhere.

Standard library only. Learning sets are NAME_train.csv and NAME_test.csv: numeric, columns x0, x1, ..., the target y
last; every fifth row is a test row.
"""
import csv
import math
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "..", "data")
GRADES = {
    "cut": ["Fair", "Good", "Very Good", "Premium", "Ideal"],
    "color": list("JIHGFED"),
    "clarity": ["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"],
}


def write_learning_set(folder, name, rows):
    parts = {part: open(os.path.join(folder, f"{name}_{part}.csv"), "w", newline="") for part in ("train", "test")}
    for out in parts.values():
        out.write(",".join([f"x{j}" for j in range(len(rows[0]) - 1)] + ["y"]) + "\n")
    for i, row in enumerate(rows):
        parts["test" if i % 5 == 4 else "train"].write(",".join(f"{v:.7g}" for v in row) + "\n")
    for out in parts.values():
        out.close()


def diamonds(folder):
    with open(os.path.join(TABLES, "diamonds.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [c for c in rows[0] if c != "price"]
    code = {c: {text: i for i, text in enumerate(texts)} for c, texts in GRADES.items()}
    cells = [[float(code[c][r[c]] if c in code else r[c]) for c in columns + ["price"]] for r in rows]
    write_learning_set(folder, "diamonds", cells)


def digits(folder):
    with open(os.path.join(TABLES, "digits.csv"), newline="") as file:
        _, *rows = csv.reader(file)
    write_learning_set(folder, "digits", [[float(v) for v in row] for row in rows])


def synthetic(folder):
    """75,000 rows of 30 columns: 8 clusters in 10 of them, 5 mixtures of those, noise; 5 % of the labels turned. synr is
    a number on the same columns."""
    rng = random.Random(12345)
    gauss = rng.gauss
    centres = [[rng.choice((-1.5, 1.5)) for _ in range(10)] for _ in range(8)]
    mix = [[gauss(0, 0.5) for _ in range(10)] for _ in range(5)]
    weights = [gauss(0, 1) for _ in range(30)]
    labels, numbers = [], []
    for _ in range(75000):
        cluster = rng.randrange(8)
        inner = [c + gauss(0, 1) for c in centres[cluster]]
        row = inner + [sum(a * b for a, b in zip(m, inner)) for m in mix] + [gauss(0, 1) for _ in range(15)]
        labels.append(row + [(cluster % 2) ^ (rng.random() < 0.05)])
        y = sum(a * b for a, b in zip(weights, row)) + 3 * math.sin(row[0]) * row[1] + gauss(0, 2)
        numbers.append(row + [y])
    write_learning_set(folder, "syn", labels)
    write_learning_set(folder, "synr", numbers)


def near(folder):
    """25,000 rows of 20 columns: 8 clusters in 10 of them, 4 mixtures of those, noise; 5 % of the labels turned."""
    rng = random.Random(77)
    gauss = rng.gauss
    centres = [[rng.choice((-1.5, 1.5)) for _ in range(10)] for _ in range(8)]
    mix = [[gauss(0, 0.5) for _ in range(10)] for _ in range(4)]
    rows = []
    for _ in range(25000):
        cluster = rng.randrange(8)
        inner = [c + gauss(0, 1) for c in centres[cluster]]
        row = inner + [sum(a * b for a, b in zip(m, inner)) for m in mix] + [gauss(0, 1) for _ in range(6)]
        rows.append(row + [(cluster % 2) ^ (rng.random() < 0.05)])
    write_learning_set(folder, "near", rows)
    with open(os.path.join(folder, "holes.csv"), "w") as out:
        out.write(",".join(f"x{j}" for j in range(20)) + "\n")
        for row in rows[:20000]:
            out.write(",".join("" if rng.random() < 0.1 else f"{v:.7g}" for v in row[:20]) + "\n")


def credit(folder):
    with open(os.path.join(TABLES, "credit.csv"), newline="") as file:
        head, body = file.read().split("\n", 1)
    for name, times in (("credit.csv", 1), ("credit_x200.csv", 200)):
        with open(os.path.join(folder, name), "w", newline="") as out:
            out.write(head + "\n")
            for _ in range(times):
                out.write(body)


def mixed(folder):
    """400,000 rows: whole numbers, decimals, texts (one with a comma in quotes), dates, true and false, empty cells."""
    rng = random.Random(5)
    kinds = ["alpha", "beta", "gamma", "delta", '"eps, quoted"', "zeta"]
    with open(os.path.join(folder, "mixed.csv"), "w", newline="") as out:
        out.write("id,kind,city,f1,f2,i1,i2,f3,day,flag,f4,y\n")
        for i in range(400000):
            city = "" if rng.random() < 0.05 else f"city_{rng.randrange(300):03d}"
            f2 = "" if rng.random() < 0.05 else f"{rng.expovariate(0.01):.2f}"
            out.write(f"{i},{kinds[rng.randrange(6)]},{city},{rng.gauss(0, 1):.9g},{f2},"
                      f"{rng.randrange(-10**6, 10**6)},{rng.randrange(100)},{rng.random():.9g},"
                      f"2024-{1 + i % 12:02d}-{1 + i % 28:02d},{'true' if rng.random() < 0.5 else 'false'},"
                      f"{rng.gauss(0, 1e5):.9g},{rng.randrange(2)}\n")


MAKERS = {"diamonds": diamonds, "digits": digits, "syn": synthetic, "synr": synthetic,
          "near": near, "holes.csv": near, "credit.csv": credit, "credit_x200.csv": credit, "mixed.csv": mixed}


def make(folder, name):
    """Makes what the job input `name` needs in `folder`, unless it is there. A stamp is written last, so that half a set
    is made again."""
    os.makedirs(folder, exist_ok=True)
    maker = MAKERS[name]
    stamp = os.path.join(folder, maker.__name__ + ".made")
    if not os.path.exists(stamp):
        maker(folder)
        open(stamp, "w").close()
