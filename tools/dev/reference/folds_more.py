"""Writes tests/reference/folds_more.h: the fold in whose test part scikit-learn 1.2.1 puts each row, for
stratified_group_k_fold without a shuffle (with one, 1.2.1 places groups by the counts of others).

    /usr/bin/python3 tools/dev/reference/folds_more.py > tests/reference/folds_more.h
"""
import warnings

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

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
    print("static const reference_groups groups_cases[] = { " + ",\n    ".join(cases) + " };")
