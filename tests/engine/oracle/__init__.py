"""The language a second time: row by row, in fractions, written from its meaning and not from the plan."""
