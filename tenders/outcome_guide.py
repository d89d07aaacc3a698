"""The shipped form about the outcome, read once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from question_bank.loader import read_yaml
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import ContentError, advice
from tenders.rules.outcome import Guide, read_guide

OUTCOME = Path(__file__).parent / "content" / "outcome.yml"


@cache
def shipped_guide() -> Guide:
    """Return the form of content/outcome.yml. Raises ContentError with a remedy."""
    return read_guide(read_yaml(OUTCOME))


def problems_with(bank: Bank) -> list[str]:
    """Return what is wrong with the shipped form beside ``bank``: for ``flask bank check``."""
    try:
        return unknown_frameworks(shipped_guide(), bank)
    except ContentError as error:
        return list(error.sentences)


def unknown_frameworks(guide: Guide, bank: Bank) -> list[str]:
    """Return a sentence for each framework that a field names and the bank lacks."""
    return [
        f"outcome.yml, {page.id}, {field.id}: there is no framework ‘{name}’"
        f"{advice(name, bank.frameworks)}"
        for page in guide.pages
        for field in page.fields
        for name in field.frameworks
        if name not in bank.frameworks
    ]
