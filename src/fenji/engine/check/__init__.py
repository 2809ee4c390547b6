"""The check: everything that is wrong with a regulation, all at once, each with its place."""

from fenji.engine.check.run import Checked, check, check_file, check_text

__all__ = ["Checked", "check", "check_file", "check_text"]
