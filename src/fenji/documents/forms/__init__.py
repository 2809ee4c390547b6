"""The forms of a regulation, blank or filled from a run: printable pages, PDF, workbooks."""
