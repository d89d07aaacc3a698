"""Everything that must hold of a bank before anybody is asked a question from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from question_bank.rules.integrity import (
    choosing,
    frameworks,
    ids,
    outcomes,
    reach,
    references,
    tables,
    texts,
    vocabulary,
)
from question_bank.rules.packs import Pack
from question_bank.rules.questions import Bank


def problems_in(
    bank: Bank, packs: Mapping[str, Pack], ids_ever_used: Iterable[str], library: Iterable[str]
) -> list[str]:
    """Return one sentence for each mistake, naming the place and the remedy; none means sound.

    ``library`` names the clause topics that flags may point at; it is checked when given.
    """
    return [
        *ids.problems(bank, packs, ids_ever_used),
        *references.problems(bank, frozenset(library)),
        *tables.problems(bank),
        *outcomes.problems(bank),
        *choosing.problems(bank, packs),
        *reach.problems(bank),
        *vocabulary.problems(bank),
        *frameworks.problems(bank),
        *texts.problems(bank),
    ]
