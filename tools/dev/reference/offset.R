# Rscript tools/dev/reference/offset.R: writes tests/reference/offset.h: generalised linear models with offsets and
# exposures by R's glm: coefficients, errors, deviances, and predictions for other offsets.
options(warn = 1)
out <- file("tests/reference/offset.h", "w")
say <- function(...) cat(sprintf(...), sep = "", file = out)
put <- function(name, values) {
    say("static const double ref_%s[%d] = {\n", name, length(values))
    text <- paste0(paste(sprintf("%.17g", values), collapse = ", "), ",")
    cat(strwrap(text, 105, prefix = "    "), sep = "\n", file = out)
    say("\n};\n\n")
}
say("/* Written by tools/dev/reference/offset.R. Rows: columns x1, x2, a level of three (0: none of the two columns), a\n")
say(" * weight, an exposure, an offset, and the targets. Each fit: estimate, error, statistic, p, low, high of each\n")
say(" * coefficient, the constant last; then log-likelihood, AIC, BIC, deviance, null deviance, dispersion, df; then the\n")
say(" * predictions of the first eight rows with twice the exposure, or 0.25 more offset. */\n")
say("#ifndef TESTS_REFERENCE_OFFSET_H\n#define TESTS_REFERENCE_OFFSET_H\n\n")
set.seed(20)
n <- 60
d <- data.frame(x1 = round(rnorm(n), 3), x2 = round(runif(n, -2, 5), 3), level = sample(0:2, n, TRUE))
d$w <- 1 + (7 * seq_len(n)) %% 3
d$exposure <- round(exp(rnorm(n, 2, 1.5)), 4)
d$offset <- round(runif(n, 0.5, 2), 3)
rate <- exp(0.3 + 0.4 * d$x1 - 0.2 * d$x2 + 0.5 * (d$level == 1))
d$count <- rpois(n, rate * d$exposure)
d$size <- signif(rgamma(n, 3, 3 / (rate * d$exposure)), 6)
d$few <- rpois(n, 3 + 0.2 * d$x1 + 0.1 * d$x2 + d$offset)
d$level_size <- signif(rgamma(n, 8, 8 / (3 + 0.2 * d$x1 + 0.1 * d$x2 + d$offset)), 6)
for (column in names(d)) put(paste0("rows_", column), d[[column]])
tight <- glm.control(epsilon = 1e-15, maxit = 400)
fit <- function(name, model, constant = TRUE) {
    s <- summary(model)
    table <- s$coefficients
    df <- model$df.residual
    width <- if (colnames(table)[3] == "t value") qt(0.975, df) else qnorm(0.975)
    rows <- cbind(table, table[, 1] - width * table[, 2], table[, 1] + width * table[, 2])
    if (constant) rows <- rows[c(2:nrow(rows), 1), ]
    other <- d[1:8, ]
    other$exposure <- 2 * other$exposure
    other$offset <- other$offset + 0.25
    put(name, unname(c(t(rows), logLik(model), AIC(model), BIC(model), deviance(model), model$null.deviance,
                       s$dispersion, df, predict(model, other, type = "response"))))
}
right <- "~ x1 + x2 + factor(level) + offset(log(exposure))"
f <- function(y, more = right) as.formula(paste(y, more))
fit("off_poisson", glm(f("count"), poisson(), d, control = tight))
fit("off_poisson_weighted", glm(f("count"), poisson(), d, weights = w, control = tight))
fit("off_poisson_plain", glm(count ~ 0 + x1 + x2 + offset(log(exposure)), poisson(), d, control = tight), FALSE)
fit("off_gamma", glm(f("size"), Gamma("log"), d, control = tight))
fit("off_gamma_weighted", glm(f("size"), Gamma("log"), d, weights = w, control = tight))
fit("off_inverse", glm(f("size"), inverse.gaussian("log"), d, control = tight,
    start = coef(glm(f("size"), Gamma("log"), d))))
fit("off_normal", glm(f("level_size", "~ x1 + x2 + factor(level) + offset(offset)"), gaussian(), d, control = tight))
fit("off_normal_weighted", glm(f("level_size", "~ x1 + x2 + factor(level) + offset(offset)"), gaussian(), d,
    weights = w, control = tight))
fit("off_poisson_identity", glm(f("few", "~ x1 + x2 + factor(level) + offset(offset)"), poisson("identity"), d,
    start = c(3, 0, 0, 0, 0), control = tight))
fit("off_gamma_identity", glm(f("level_size", "~ x1 + x2 + factor(level) + offset(offset)"), Gamma("identity"), d,
    start = c(3, 0, 0, 0, 0), control = tight))
say("#endif\n")
close(out)
