"""How the reference scripts write down scikit-learn's trees."""
import numpy as np


def levels(tree, stored=float):
    """Features, thresholds (as stored() has them) and leaf flags of the splits, values of the leaves, all level by level."""
    splits, leaves, row = [], [], [0]
    while row:
        below = []
        for at in row:
            if tree.children_left[at] < 0:
                value = tree.value[at][0]
                leaves.append(value / value.sum() if len(value) > 1 else value)
                continue
            both = [tree.children_left[at], tree.children_right[at]]
            flags = sum(1 << side for side in (0, 1) if tree.children_left[both[side]] < 0)
            splits.append((int(tree.feature[at]), stored(tree.threshold[at]), flags))
            below += both
        row = below
    return splits, np.concatenate(leaves)
