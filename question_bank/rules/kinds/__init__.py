"""How each kind of answer is read, checked, shown and compared: one registry entry per kind."""

from question_bank.rules.kinds.base import KindRules, Problem, Read, is_empty
from question_bank.rules.kinds.registry import KINDS, rules_for

__all__ = ["KINDS", "KindRules", "Problem", "Read", "is_empty", "rules_for"]
