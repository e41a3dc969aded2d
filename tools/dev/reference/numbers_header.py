"""The frame of the generated headers that hold arrays of numbers."""
import sys

import numpy as np


class Header:
    """tests/reference/TOPIC.h, or the file named on the command line; written whole when it is closed."""

    def __init__(self, topic, what):
        self.path = sys.argv[1] if len(sys.argv) > 1 else f"tests/reference/{topic}.h"
        guard = f"TESTS_REFERENCE_{topic.upper()}_H"
        self.text = [f"/* Written by tools/dev/reference/{topic}.py: {what} */\n#ifndef {guard}\n#define {guard}\n\n"]

    def put(self, name, values):
        values = np.asarray(values).ravel()
        self.text.append("static const double ref_%s[%d] = {\n" % (name, len(values)))
        line = "   "
        for t in ["%.17g" % v for v in values]:
            if len(line) + len(t) > 105:
                self.text.append(line + "\n")
                line = "   "
            line += " " + t + ","
        self.text.append(line + "\n};\n\n")

    def close(self):
        with open(self.path, "w") as out:
            out.write("".join(self.text) + "#endif\n")
