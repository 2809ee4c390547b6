"""The built-in library of regulations, each with its cases: data, found by :mod:`fenji.regulations.library`."""
