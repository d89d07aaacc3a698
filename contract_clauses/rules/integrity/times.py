"""Times: one act has one time limit in the whole library, and a duty with a time is tracked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from contract_clauses.rules.depth_reading import BEFORE_AND_EVERY_MONTHS
from contract_clauses.rules.library import ClauseTopic, Depth, Library, Obligation, SubClause
from contract_clauses.rules.wording import TOKEN
from question_bank.rules.conditions.agreement import Asker
from question_bank.rules.conditions.grammar import Condition

UNIT = r"(?:Working Days?|days?|hours?|months?|years?)"
FIGURE = r"(?:\d+|x|one|two|three|four|five|ten|twelve|twenty|thirty)"
A_TIME = re.compile(rf"\b{FIGURE} {UNIT}\b")
# "must … within 5 Working Days", "must … at least every 3 months", "must … before Go-live".
TIMED = re.compile(
    rf"\bmust\b(?! not)[^.:;]*?\b(?:(?:within|every|no later than|at least) {FIGURE} {UNIT}\b"
    r"|before Go-live\b)"
)

# "before Go-live, and at least every 6 months after that", in one sentence or in two.
EVERY = rf"(?:every {FIGURE} months?|in each Contract Year)"
BEFORE_AND_EVERY = re.compile(
    rf"\bbefore Go-live\b(?:,? and (?:then )?(?:at least )?{EVERY}|.*?\b{EVERY} after that)", re.I
)
# "at least 20 Working Days before a change"; "5 Working Days' notice of a visit".
AHEAD = re.compile(
    rf"\bat least {FIGURE} (?:Working Days?|days?|months?)(?: before\b|['’]s? (?:\w+ )?notice\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something whose time one clause sets for the whole schedule, and the words that name it."""

    name: str
    set_by: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bound:
    place: str
    topic: ClauseTopic
    sub_clause: SubClause
    obligation: Obligation

    @property
    def act(self) -> tuple[str, str]:
        return self.obligation.who, self.obligation.what.casefold()

    @property
    def time(self) -> str:
        """Return the time as a figure where one is known, else by the name of the variable."""
        at = self.obligation.at
        variable = self.topic.variables.get(str(at))
        if variable and len(variable.sources) == 1 and variable.sources[0].default is not None:
            at = variable.sources[0].default
        return f"{self.obligation.timing} {at}"


def contradictions(library: Library, asker: Asker) -> Iterator[str]:
    """Yield each act that two clauses, or one depth of a clause, give two times at once."""
    for depth in Depth:
        found: dict[tuple[str, str], list[_Bound]] = {}
        for topic in library.topics.values():
            for bound in _bound(topic, depth):
                found.setdefault(bound.act, []).append(bound)
        for several in found.values():
            for one, other in combinations(several, 2):
                if one.time != other.time and _together(one, other, asker):
                    yield (
                        f"{other.place}: ‘{other.obligation.what}’ has another time in {one.place};"
                        " set it in one of them and refer to it in the other"
                    )


def _bound(topic: ClauseTopic, depth: Depth) -> Iterator[_Bound]:
    for place in topic.places(depth):
        sub_clause = topic.text[place]
        if sub_clause.obligation is not None and sub_clause.obligation.timing:
            name = f"{topic.id}.{place + 1}"
            yield _Bound(name, topic, sub_clause, sub_clause.obligation)


def _together(one: _Bound, other: _Bound, asker: Asker) -> bool:
    """Return whether both can stand in one schedule."""
    whens = (
        *(one.topic.included_when, one.sub_clause.when),
        *(other.topic.included_when, other.sub_clause.when),
    )
    return asker.can_hold(Condition("all", children=tuple(w for w in whens if w is not None)))


def acts_set_elsewhere(topic: ClauseTopic, acts: Iterable[Act]) -> Iterator[str]:
    """Yield each sub-clause that gives a time to an act whose time another clause sets."""
    for act in acts:
        if act.set_by == topic.id:
            continue
        named = re.compile("|".join(map(re.escape, act.words)), re.I)
        for number, sub_clause in enumerate(topic.text, start=1):
            for text in sub_clause.texts():
                if any(
                    named.search(sentence) and A_TIME.search(sentence)
                    for sentence in re.split(r"(?<=[.;:])\s", TOKEN.sub("x", text))
                ):
                    yield (
                        f"{topic.id}.{number}: the time to {act.name} is set by {act.set_by}; "
                        "refer to that clause instead"
                    )


def untracked(topic: ClauseTopic) -> Iterator[str]:
    """Yield the sub-clauses that bind somebody to a time and make no obligation."""
    for number, sub_clause in enumerate(topic.text, start=1):
        if sub_clause.obligation is not None:
            continue
        if any(TIMED.search(TOKEN.sub("x", text)) for text in sub_clause.texts()):
            yield (
                f"{topic.id}.{number}: it says what must be done by when; give it an obligation, "
                "so that it is tracked after the award"
            )


def unlike_the_words(topic: ClauseTopic) -> Iterator[str]:
    """Yield the obligations whose time is not that of the words they come from."""
    for number, sub_clause in enumerate(topic.text, start=1):
        if sub_clause.obligation is None:
            continue
        words = " ".join(sub_clause.texts())
        for said in _unlike(sub_clause.obligation, words, topic):
            yield f"{topic.id}.{number}: {said}"


def _unlike(obligation: Obligation, words: str, topic: ClauseTopic) -> Iterator[str]:
    timing, at, bare = obligation.timing, str(obligation.at), TOKEN.sub("x", words)
    if at in topic.variables and not any(f"{{{at}}}" in text for text in topic.texts()):
        yield f"the obligation counts by ‘{at}’, and no words of the clause name it"
    if BEFORE_AND_EVERY.search(bare) and timing != BEFORE_AND_EVERY_MONTHS:
        yield "it says before Go-live and every so many months; give the obligation both"
    if timing == BEFORE_AND_EVERY_MONTHS and not BEFORE_AND_EVERY.search(bare):
        yield "the obligation is due before Go-live and comes round; the words do not say both"
    if not timing and AHEAD.search(bare):
        yield "it says how long ahead it must be done; give the obligation that time"
    if timing.endswith("_before") and not AHEAD.search(bare):
        yield "the obligation is due so long ahead of something; the words do not say so"
