#!/usr/bin/python3
"""Writes src/base/powers.c, the powers of ten of src/base/powers.h, from exact integers.

    tools/dev/gen_powers.py >src/base/powers.c
"""

FIRST, LAST = -342, 324


def power(k):
    """10^k rounded up to 128 bits, the highest of them set."""
    numerator, denominator = (10**k, 1) if k >= 0 else (1, 10**-k)
    shift = numerator.bit_length() - denominator.bit_length() - 128
    while True:
        over = max(shift, 0)
        value, rest = divmod(numerator << max(-shift, 0), denominator << over)
        value += rest > 0
        if value.bit_length() == 128:
            assert rest == 0 or value & (1 << 64) - 1
            return value
        shift += 1 if value.bit_length() > 128 else -1


print("/* Written by tools/dev/gen_powers.py. */")
print('#include "base/powers.h"')
print()
print("/* clang-format off */")
print("const uint64_t ca_powers[CA_POWER_LAST - CA_POWER_FIRST + 1][2] = {")
row = []
for k in range(FIRST, LAST + 1):
    value = power(k)
    row.append("{ 0x%016x, 0x%016x }," % (value >> 64, value & (1 << 64) - 1))
    if len(row) == 2 or k == LAST:
        print("    " + " ".join(row))
        row = []
print("};")
print()
print("const uint64_t ca_whole_powers[20] = {")
for k in range(0, 20, 5):
    print("    " + " ".join("%dU," % 10**i for i in range(k, k + 5)))
print("};")
