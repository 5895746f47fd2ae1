# Simple figures of a table.
library(stats)

spread <- function(x, na.rm = TRUE) {
  if (!is.numeric(x)) {
    stop("x must be numeric, not ", class(x)[1], call. = FALSE)
  }
  c(
    low = min(x, na.rm = na.rm),
    high = max(x, na.rm = na.rm)
  )
}

by_group <- function(data, group, value) {
  out <- list()
  for (name in unique(data[[group]])) {
    rows <- data[data[[group]] == name, ]
    out[[name]] <- mean(rows[[value]])
  }
  out
}

label <- function(n, mark = "(") {
  sign <- switch(mark,
    "(" = ")",
    "[" = "]",
    ""
  )
  paste0(mark, n, sign)
}

scores <- data.frame(
  who = c("ann", "bob", "cleo"),
  points = c(3.5, 4.1, 2.2)
)
print(spread(scores$points))
