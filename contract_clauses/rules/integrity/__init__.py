"""Everything that must hold of the clause library before a schedule is drawn up from it."""

from __future__ import annotations

from contract_clauses.rules.integrity import references, texts
from contract_clauses.rules.library import Library
from question_bank.rules.questions import Bank


def library_problems(library: Library, bank: Bank) -> list[str]:
    """Return one sentence for each mistake, naming the place and the remedy; none means sound."""
    return [*references.problems(library, bank), *texts.problems(library)]
