"""Regulation -> plan -> Ibis expressions."""

from fenji.engine.plan.build import Plan
from fenji.engine.plan.resolve import PlanError

__all__ = ["Plan", "PlanError"]
