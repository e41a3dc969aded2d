# Rscript tools/dev/reference/inference.R: writes tests/reference/inference.h: coefficients, standard errors, statistics,
# p-values, intervals and criteria from R's lm and glm, on its data set mtcars (1974 Motor Trend).
options(warn = 1)
out <- file("tests/reference/inference.h", "w")
say <- function(...) cat(sprintf(...), sep = "", file = out)
put <- function(name, values) {
    text <- ifelse(is.na(values), "NAN", sprintf("%.17g", values))
    say("static const double ref_%s[%d] = {\n", name, length(values))
    cat(strwrap(paste0(paste(text, collapse = ", "), ","), 105, prefix = "    "), sep = "\n", file = out)
    say("\n};\n\n")
}
say("/* Written by tools/dev/reference/inference.R. Each fit: estimate, error, statistic, p, low, high of each\n")
say(" * coefficient, the constant last; then log-likelihood, AIC, BIC, deviance, null deviance, dispersion, df. */\n")
say("#ifndef TESTS_REFERENCE_INFERENCE_H\n#define TESTS_REFERENCE_INFERENCE_H\n\n")
cars <- mtcars
cars$w <- 1 + (7 * seq_len(nrow(cars))) %% 3
for (column in c("wt", "hp", "cyl", "mpg", "carb", "am", "w")) put(paste0("cars_", column), cars[[column]])

facts <- function(model, constant) {
    s <- summary(model)
    linear <- !inherits(model, "glm")
    table <- s$coefficients
    df <- model$df.residual
    student <- colnames(table)[3] == "t value"
    width <- if (student) qt(0.975, df) else qnorm(0.975)
    rows <- cbind(table, table[, 1] - width * table[, 2], table[, 1] + width * table[, 2])
    if (linear) stopifnot(max(abs(rows[, 5:6] - confint(model))) < 1e-9)
    if (!student) stopifnot(max(abs(rows[, 5:6] - confint.default(model))) < 1e-9)
    if (constant) rows <- rows[c(2:nrow(rows), 1), ]
    w <- if (is.null(model$prior.weights)) model$weights else model$prior.weights
    if (is.null(w)) w <- rep(1, nrow(cars))
    null <- if (!linear) model$null.deviance
        else if (constant) sum(w * (cars$mpg - weighted.mean(cars$mpg, w))^2) else sum(w * cars$mpg^2)
    c(t(rows), logLik(model), AIC(model), BIC(model), deviance(model), null,
      if (linear) s$sigma^2 else s$dispersion, df)
}
fit <- function(name, model, constant = TRUE) put(name, unname(facts(model, constant)))
tight <- glm.control(epsilon = 1e-15, maxit = 200)
columns <- "~ wt + hp + factor(cyl)"
f <- function(y) as.formula(paste(y, columns))
fit("lm", lm(f("mpg"), cars))
fit("lm_weighted", lm(f("mpg"), cars, weights = w))
fit("lm_plain", lm(mpg ~ 0 + wt + hp, cars), FALSE)
fit("normal", glm(f("mpg"), gaussian(), cars, control = tight))
fit("binomial", glm(am ~ wt + hp, binomial(), cars, control = tight))
fit("binomial_weighted", glm(am ~ wt + hp, binomial(), cars, weights = w, control = tight))
fit("binomial_plain", glm(am ~ 0 + wt + hp, binomial(), cars, control = tight), FALSE)
fit("poisson_carb", glm(f("carb"), poisson(), cars, control = tight))
fit("poisson_carb_weighted", glm(f("carb"), poisson(), cars, weights = w, control = tight))
fit("gamma_mpg", glm(f("mpg"), Gamma("log"), cars, control = tight))
fit("gamma_mpg_weighted", glm(f("mpg"), Gamma("log"), cars, weights = w, control = tight))
fit("gamma_identity", glm(f("mpg"), Gamma("identity"), cars, control = tight))
fit("inverse", glm(f("mpg"), inverse.gaussian("log"), cars, control = tight))
fit("log_normal", glm(f("mpg"), gaussian("log"), cars, start = c(3, 0, 0, 0, 0), control = tight))
say("#endif\n")
close(out)
