"""Start with the outcome: the guided form, what was written in it, and what to think about."""

from tenders.rules.outcome.advice import Advice, advice_on
from tenders.rules.outcome.guide import Field, Guide, Kind, Lookout, Option, Page, State
from tenders.rules.outcome.reading import read_guide
from tenders.rules.outcome.statement import (
    Row,
    Section,
    from_frozen,
    sections_of,
    state_of,
    to_freeze,
    values_of,
    with_page,
)

__all__ = [
    "Advice",
    "Field",
    "Guide",
    "Kind",
    "Lookout",
    "Option",
    "Page",
    "Row",
    "Section",
    "State",
    "advice_on",
    "from_frozen",
    "read_guide",
    "sections_of",
    "state_of",
    "to_freeze",
    "values_of",
    "with_page",
]
