"""The grading engine: regulation -> plan -> graded table, pure Python and Ibis."""
