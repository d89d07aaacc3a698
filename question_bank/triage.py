"""The shipped triage, read once per process."""

from __future__ import annotations

from functools import cache

from question_bank.loader import CONTENT, read_yaml, shipped_packs
from question_bank.rules.questions import Bank
from question_bank.rules.reading import ContentError
from question_bank.rules.triage import Triage, read_triage, references


@cache
def shipped_triage() -> Triage:
    """Return the questions and rules of content/triage.yml. Raises ContentError with a remedy."""
    return read_triage(read_yaml(CONTENT / "triage.yml"))


def problems_with(bank: Bank) -> list[str]:
    """Return what is wrong with the shipped triage beside ``bank``: for ``flask bank check``."""
    try:
        return list(references.problems(shipped_triage(), bank, shipped_packs()))
    except ContentError as error:
        return list(error.sentences)
