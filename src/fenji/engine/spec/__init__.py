"""The regulation as typed, frozen models."""

from fenji.engine.spec.regulation import Regulation

__all__ = ["Regulation"]
