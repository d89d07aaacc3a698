"""What the public pages read of the newest edition, worked out once per process."""

from __future__ import annotations

from functools import cache

from question_bank import loader
from question_bank.rules.consequences import known_of
from question_bank.rules.crosswalk import FrameworkCoverage, coverage
from question_bank.rules.own.saying import Known
from question_bank.rules.search import Index, in_order, index_of


@cache
def shipped_index() -> Index:
    return index_of(loader.shipped_bank())


@cache
def shipped_names() -> Known:
    return known_of(loader.shipped_bank())


@cache
def shipped_coverage() -> tuple[FrameworkCoverage, ...]:
    bank = loader.shipped_bank()
    return coverage(in_order(bank.questions.values()), bank.frameworks)
