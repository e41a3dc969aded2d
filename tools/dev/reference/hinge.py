"""python3 tools/dev/reference/hinge.py: writes tests/reference/hinge.h: optima of linear support vector machines with
the hinge, of a few rows whose columns have very different sizes, in rational numbers: the set of rows at either
bound and between them whose conditions hold is found by trying all."""
import itertools
from fractions import Fraction

COLUMNS, ROWS, SHIFTS = 7, (3, 4, 5, 6), (0, 3, 5, 6, 8)
UNITS = ((1e6, 1e9), (1e9, 1e9), (1e6, 0.0), (1e12, 1e6))


def cell(i, j, shift, unit, offset):
    if j % 3 == 0:
        return offset + (i * 7 + j * 3) % 5 / 4
    return ((i * 5 + j * shift) % 7 - 3) * unit if j % 3 == 1 else float((i + j * j + shift) % 3)


def solve(matrix, right):
    n = len(matrix)
    rows = [row[:] + [value] for row, value in zip(matrix, right)]
    for c in range(n):
        pivot = next((r for r in range(c, n) if rows[r][c] != 0), None)
        if pivot is None:
            return None
        rows[c], rows[pivot] = rows[pivot], rows[c]
        for r in range(n):
            if r != c:
                factor = rows[r][c] / rows[c][c]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[c])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def optimum(x, sign):
    n = len(x)
    z = [[Fraction(v) * t for v in row] + [Fraction(t)] for row, t in zip(x, sign)]
    q = [[sum(a * b for a, b in zip(u, v)) for v in z] for u in z]
    for state in itertools.product((0, 1, None), repeat=n):
        free = [i for i in range(n) if state[i] is None]
        a = [Fraction(s or 0) for s in state]
        if free:
            found = solve([[q[i][j] for j in free] for i in free],
                          [1 - sum(q[i][j] * a[j] for j in range(n)) for i in free])
            if found is None or any(v < 0 or v > 1 for v in found):
                continue
            for i, v in zip(free, found):
                a[i] = v
        slope = [sum(q[i][j] * a[j] for j in range(n)) - 1 for i in range(n)]
        if all(s is None or (g >= 0 if s == 0 else g <= 0) for s, g in zip(state, slope)):
            return float(sum(a) - sum(a[i] * q[i][j] * a[j] for i in range(n) for j in range(n)) / 2)
    raise AssertionError("no optimum")


values = []
for n in ROWS:
    for shift in SHIFTS:
        for unit, offset in UNITS:
            x = [[cell(i, j, shift, unit, offset) for j in range(COLUMNS)] for i in range(n)]
            values.append(optimum(x, [2 * (i * (shift + 1) // 2 % 2) - 1 for i in range(n)]))
with open("tests/reference/hinge.h", "w") as out:
    out.write("/* Written by tools/dev/reference/hinge.py: the least objective for each number of rows, shift and unit. */\n")
    out.write("#ifndef TESTS_REFERENCE_HINGE_H\n#define TESTS_REFERENCE_HINGE_H\n\n")
    out.write("static const double ref_hinge[%d] = {\n" % len(values))
    for at in range(0, len(values), 4):
        out.write("    " + ", ".join("%.17g" % v for v in values[at:at + 4]) + ",\n")
    out.write("};\n\n#endif\n")
