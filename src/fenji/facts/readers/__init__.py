"""Readers: every kind of source becomes sheets of plain text cells."""
