"""The regulation as a document to read."""
