"""Why a customer has its grade: typed explanations, sentences, one line for lists, and the way to the next grade."""

from fenji.engine.explain.explanation import Explanation, explain
from fenji.engine.explain.trace import restored

__all__ = ["Explanation", "explain", "restored"]
