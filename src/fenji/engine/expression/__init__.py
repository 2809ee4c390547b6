"""The expressions of the language: parsed and typed here, never evaluated as code."""

from fenji.engine.expression.nodes import Node, names_in
from fenji.engine.expression.parse import ExpressionError, parse

__all__ = ["ExpressionError", "Node", "names_in", "parse"]
