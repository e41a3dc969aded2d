#!/usr/bin/python3
"""Writes tests/reference/decimals.h: decimals of 32, 64, 128 and 256 bits as Arrow has them, and the doubles nearest to
them, from Python's fractions."""
import pathlib
import random
from fractions import Fraction

random.seed(7)
ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/decimals.py; do not edit. */", "/* clang-format off */", "#include <stdint.h>", "",
         "typedef struct reference_decimal {\n    int bits, scale;\n    uint32_t limbs[8];\n    double expected;\n} reference_decimal;",
         "static const reference_decimal decimals[] = {"]
for bits in 32, 64, 128, 256:
    cases = [(0, 2), (1, 0), (-1, 0), (-1, 2), (2 ** (bits - 1) - 1, 5), (-2 ** (bits - 1), 3), (12345, -2), (10 ** 8 + 1, 8)]
    cases += [(random.randint(-2 ** k, 2 ** k), random.randint(-3, 40)) for k in range(bits // 12, bits, bits // 12)]
    if bits > 32:  # halfway between two doubles, and next to it
        cases += [((2 ** 53 + 1) * 10 ** 2 + d, 2) for d in (-1, 0, 1)] + [(2 ** 53 + 1, 0), (2 ** 53 - 1, 22), (2 ** 53 - 1, 23)]
    for value, scale in cases:
        assert -2 ** (bits - 1) <= value < 2 ** (bits - 1)
        nearest = Fraction(value, 10 ** scale) if scale >= 0 else Fraction(value * 10 ** -scale)
        limbs = [(value % 2 ** bits) >> 32 * i & 0xffffffff for i in range(bits // 32)]
        lines.append("    { %d, %d, { %s }, %r }," % (bits, scale, ", ".join("%uU" % v for v in limbs), float(nearest)))
lines.append("};")
(ROOT / "tests" / "reference" / "decimals.h").write_text("\n".join(lines) + "\n")
