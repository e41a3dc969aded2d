# Rscript tools/dev/reference/tails.R: writes tests/reference/tails.h, tails of the normal and of Student's distribution
# and log(gamma), from R.
out <- file("tests/reference/tails.h", "w")
put <- function(name, rows) {
    cat(sprintf("static const double ref_%s[%d][3] = {\n", name, nrow(rows)), file = out)
    cat(sprintf("    { %.17g, %.17g, %.17g },\n", rows[, 1], rows[, 2], rows[, 3]), sep = "", file = out)
    cat("};\n\n", file = out)
}
cat("/* Written by tools/dev/reference/tails.R: argument, degrees of freedom, result. */\n", file = out)
cat("#ifndef TESTS_REFERENCE_TAILS_H\n#define TESTS_REFERENCE_TAILS_H\n\n", file = out)
z <- c(0, 1e-8, 0.3, 1, 1.96, 2.4999, 2.5, 3.3, 6, 12, 30)
put("normal", cbind(z, 0, 2 * pnorm(-z)))
t <- c(0.1, 1, 2.5, 12, 40, 0.3, 1.96, 5, 25, 2, 4, 1e-3, 1e5, 3, 3)
df <- c(1, 1, 3, 3, 2.5, 431, 431, 431, 431, 1e4, 1e6, 7, 1, 119, 130.5)
put("student", cbind(t, df, 2 * pt(-t, df)))
p <- c(0.05, 0.05, 0.01, 0.5, 1e-10, 0.999)
df <- c(1, 431, 7, 3, 20, 5)
put("quantile", cbind(p, df, qt(p / 2, df, lower.tail = FALSE)))
x <- c(1e-5, 0.5, 1, 1.5, 2, 3, 11.99, 12, 100.5, 1e6)
put("log_gamma", cbind(x, 0, lgamma(x)))
cat("#endif\n", file = out)
close(out)
