"""Cross-references: a clause that is referred to is in every schedule in which the words are."""

from __future__ import annotations

from collections.abc import Iterator

from contract_clauses.rules.library import ClauseTopic, Library, SubClause
from contract_clauses.rules.wording import tokens_in
from question_bank.rules.conditions.agreement import Asker
from question_bank.rules.conditions.grammar import Condition


def dangling(topic: ClauseTopic, library: Library, asker: Asker) -> Iterator[tuple[bool, str]]:
    """Yield (whether it must be mended, a sentence) for references that may lead nowhere.

    One that stands under a condition may be meant well: what the condition makes sure of cannot
    always be told from answers alone.
    """
    for number, sub_clause in enumerate(topic.text, start=1):
        for name in sorted(_named(sub_clause)):
            other = library.topics.get(name)
            if other is None or not _may_be_out(topic, sub_clause, other, asker):
                continue
            conditional = sub_clause.when is not None or topic.included_when.node != "always"
            yield (
                not conditional,
                f"{topic.id}.{number}: {name} may be left out of the schedule; give the sub-clause "
                "a ‘when’ that makes sure it is in",
            )


def _named(sub_clause: SubClause) -> set[str]:
    return {
        token.name
        for text in sub_clause.texts()
        for token in tokens_in(text)
        if token.family == "clause"
    }


def _may_be_out(
    topic: ClauseTopic, sub_clause: SubClause, other: ClauseTopic, asker: Asker
) -> bool:
    if other.included_when.node == "always":
        return False
    held = [topic.included_when, Condition("not", children=(other.included_when,))]
    if sub_clause.when is not None:
        held.append(sub_clause.when)
    return asker.can_hold(Condition("all", children=tuple(held)))
