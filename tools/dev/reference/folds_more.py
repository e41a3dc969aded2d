"""Writes tests/reference/folds_more.h: the fold in whose test part scikit-learn 1.2.1 puts each row, for
stratified_group_k_fold without a shuffle (with one, 1.2.1 places groups by the counts of others), and how many rows of
each class (or groups) the splitters that draw put into each part.

    /usr/bin/python3 tools/dev/reference/folds_more.py > tests/reference/folds_more.h
"""
import warnings

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, ShuffleSplit, StratifiedGroupKFold, StratifiedShuffleSplit

from metrics import array

warnings.filterwarnings("ignore")

if __name__ == "__main__":
    print("/* Folds by scikit-learn 1.2.1; made by tools/dev/reference/folds_more.py. */")
    print("#include <stdint.h>\n")
    print("typedef struct reference_groups {\n    int n, k, n_classes, n_groups;\n    const int32_t *y, *group, *fold;\n} reference_groups;")
    rng, cases = np.random.RandomState(3), []
    for n, k, c, g in (17, 3, 2, 8), (40, 4, 2, 13), (60, 5, 3, 20), (100, 3, 2, 7), (200, 10, 4, 50), (90, 2, 2, 40):
        group = rng.randint(0, g, n)
        group[:g] = range(g)
        y = (group + rng.randint(0, c, n) * (rng.rand(n) < .7)) % c
        y[:c] = range(c)
        fold = np.full(n, -1)
        for f, (_, test) in enumerate(StratifiedGroupKFold(k).split(y, y, group)):
            fold[test] = f
        assert (fold >= 0).all() and len(set(fold)) == k
        i = len(cases)
        array("int32_t", f"groups_y_{i}", y)
        array("int32_t", f"groups_group_{i}", group)
        array("int32_t", f"groups_fold_{i}", fold)
        cases.append(f"{{ {n}, {k}, {c}, {g}, groups_y_{i}, groups_group_{i}, groups_fold_{i} }}")
    print("typedef struct reference_sizes {\n    const char *text;\n    int n, train, test, train_of[3], test_of[3];\n} reference_sizes;")
    sizes = []
    for n in 50, 97:
        y = np.repeat([0, 1, 2], (n // 2, n // 3, n - n // 2 - n // 3))
        for test, train in (None, .5), (None, 13), (.2, .31), (7, .5), (.25, 20), (9, 11), (.1, .9), (None, .07), (.29, None):
            options = " ".join(f"{name}={size}" for name, size in (("test_size", test), ("train_size", train)) if size)
            for name, made in ("shuffle_split", ShuffleSplit), ("stratified_shuffle_split", StratifiedShuffleSplit), \
                    ("group_shuffle_split", GroupShuffleSplit):
                a, b = next(made(1, test_size=test, train_size=train, random_state=1).split(y, y, range(n)))
                of = [", ".join(str(np.sum(y[part] == k) if "strat" in name else 0) for k in range(3)) for part in (a, b)]
                sizes.append(f'{{ "{name} n_splits=4 {options}", {n}, {len(a)}, {len(b)}, {{ {of[0]} }}, {{ {of[1]} }} }}')
    print("static const reference_sizes sizes_cases[] = { " + ",\n    ".join(sizes) + " };")
    print("static const reference_groups groups_cases[] = { " + ",\n    ".join(cases) + " };")
