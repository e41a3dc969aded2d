#!/usr/bin/env Rscript
# Writes the data sets of R packages to CSV files: export_r.R FOLDER
# Debian packages: r-base-core r-cran-modeldata r-cran-cardata r-cran-ggplot2. Same packages, same bytes:
# columns in the order of the data frame, no row names, a missing cell is empty, numbers with the 15
# digits that R keeps, texts unquoted. No text of these sets needs quotes; the script stops if one does.
folder <- commandArgs(trailingOnly = TRUE)
stopifnot(length(folder) == 1, dir.exists(folder))

load_set <- function(package, name) {
    place <- new.env()
    data(list = name, package = package, envir = place)
    as.data.frame(get(name, envir = place))
}

cells <- function(column) {
    text <- as.character(column)
    if (is.numeric(column)) {
        text <- vapply(column, format, "", digits = 15, trim = TRUE, scientific = FALSE)
    }
    text[is.na(column)] <- ""
    if (any(grepl("[\",\r\n]", text)) || any(text == "NA")) stop("a cell needs quotes or reads as missing")
    text
}

export <- function(package, name, file) {
    frame <- load_set(package, name)
    lines <- do.call(paste, c(lapply(frame, cells), sep = ","))
    path <- file.path(folder, file)
    out <- file(path, "wb")
    writeLines(enc2utf8(c(paste(names(frame), collapse = ","), lines)), out, useBytes = TRUE)
    close(out)
    cat(sprintf("%s: %d rows, %d columns, %d missing cells\n", path, nrow(frame), ncol(frame), sum(is.na(frame))))
}

export("modeldata", "credit_data", "credit.csv")
export("modeldata", "ames", "ames.csv")
export("modeldata", "attrition", "attrition.csv")
export("carData", "TitanicSurvival", "titanic.csv")
export("ggplot2", "diamonds", "diamonds.csv")
