"""The shipped forms behind open data, read once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from question_bank.loader import read_yaml
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import ContentError
from records.rules.sheets import Sheets, read_sheets

CONTENT = Path(__file__).parent / "content"


@cache
def shipped_sheets() -> Sheets:
    """Return the forms of content/public.yml. Raises ContentError with a remedy."""
    return read_sheets(read_yaml(CONTENT / "public.yml"))


def problems_with(_bank: Bank) -> list[str]:
    """Return what is wrong with the shipped forms: for ``flask bank check``."""
    try:
        shipped_sheets()
    except ContentError as error:
        return list(error.sentences)
    return []
