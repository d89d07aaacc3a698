"""What seems odd about a mark before it is saved. A guard asks for a second look; nothing changes.

Whoever gives a mark, or signs an agreed one, reads the sentences and saves again with “I have seen
this”. The words of GuardKind are then kept with the mark.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from question_bank.rules.questions import Severity
from scoring.rules.descriptors import points_of
from scoring.rules.results import TOP_OF_SCALE

# Fewer words of one's own than these are no reason that somebody else can follow.
FEWEST_WORDS = 8
# Marks further apart than this are talked about before one is agreed.
WIDE = 2
# The best mark that stands beside an open flag without a question.
HIGHEST_BESIDE = {Severity.KNOCK_OUT: 2, Severity.RED: 3}

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_PART = re.compile(r"\b[A-Z][A-Z0-9]*-[0-9]+\.[a-z]+\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


class GuardKind(StrEnum):
    THIN = "reason-thin"
    NO_ANSWER = "no-answer-named"
    OUTSIDE_POINTS = "outside-points"
    ABOVE_SUGGESTED = "above-suggested"
    AGAINST_FLAG = "against-flag"
    SAME_TEXT = "same-text"
    SPREAD = "spread"
    OUTSIDE_MARKS = "outside-marks"


# What each is about, for lists of marks that were saved all the same.
IN_WORDS: Mapping[GuardKind, str] = {
    GuardKind.THIN: "a short reason",
    GuardKind.NO_ANSWER: "no answer named in the reason",
    GuardKind.OUTSIDE_POINTS: "a mark outside the points ticked",
    GuardKind.ABOVE_SUGGESTED: "a mark above the suggested level",
    GuardKind.AGAINST_FLAG: "a mark against an open flag",
    GuardKind.SAME_TEXT: "the same reason for several bids",
    GuardKind.SPREAD: f"marks {WIDE} or more apart",
    GuardKind.OUTSIDE_MARKS: "an agreed mark that is outside the marks given",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing that seems odd, in a sentence. ``key``: what it is, about which mark."""

    kind: GuardKind
    key: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A mark as somebody is about to save it, beside what it is compared with.

    ``points``: the published points said to be met or not ("4.1"); ``suggested``: the most the
    structured answers allow; ``flags``: rule and severity of each open flag on the question;
    ``elsewhere``: the reasons given in other bids, one text for each of them.
    """

    mark: int
    reason: str
    levels: Mapping[int, str]
    points: Mapping[str, bool] = field(default_factory=dict)
    suggested: int = TOP_OF_SCALE
    flags: Collection[tuple[str, str]] = ()
    elsewhere: Collection[str] = ()


def guards_for_mark(judged: Judged) -> tuple[Guard, ...]:
    """Return what seems odd about the mark of one evaluator, in the order of the form."""
    return tuple(_of_any_mark(judged))


def guards_for_agreement(judged: Judged, marks: Mapping[str, int]) -> tuple[Guard, ...]:
    """Return what seems odd about an agreed mark; ``marks``: what each evaluator gave, by name."""
    return (*_of_the_panel(judged, marks), *_of_any_mark(judged))


def unseen(guards: Iterable[Guard], seen: Collection[str]) -> tuple[Guard, ...]:
    """Return the guards somebody has not said he has seen; ``seen``: keys."""
    return tuple(guard for guard in guards if guard.key not in seen)


def words_of(reason: str) -> list[str]:
    """Return the words of somebody's own: without passages quoted and parts named."""
    return _WORD.findall(_PART.sub(" ", _QUOTED.sub(" ", reason)))


def names_an_answer(reason: str) -> bool:
    return _PART.search(reason) is not None


def _of_any_mark(judged: Judged) -> Iterable[Guard]:
    checks = (_outside_points, _above_suggested, _against_flag, _thin, _no_answer, _same_text)
    for check in checks:
        kind, words = check(judged)
        if words:
            yield Guard(kind, f"{kind}@{judged.mark}", words)


def _outside_points(judged: Judged) -> tuple[GuardKind, str]:
    return GuardKind.OUTSIDE_POINTS, _outside(judged)


def _outside(judged: Judged) -> str:
    """Return what speaks against the mark in the points ticked.

    Where all of its own points are met, those of lower marks may well not be: a descriptor often
    says what is lacking.
    """
    mark = judged.mark
    met = {key for key, is_met in judged.points.items() if is_met}
    unmet = {key for key, is_met in judged.points.items() if not is_met}
    by_level = {n: [p.key for p in points] for n, points in points_of(judged.levels).items()}
    whole = [n for n, keys in by_level.items() if keys and met.issuperset(keys)]
    own = [key for key in by_level.get(mark, []) if key in unmet]
    if own:
        return (
            f"You gave {mark}, and {_points(own)} of its descriptor {_are(own)} ticked as not met."
        )
    if any(n > mark for n in whole):
        return f"You gave {mark}, and every point of {max(whole)} is ticked as met."
    below = [key for n in range(1, mark) for key in by_level[n] if key in unmet]
    if mark not in whole and below:
        return f"You gave {mark}, and {_points(below)} of a lower mark {_are(below)} not met."
    if whole and mark not in whole and not met.intersection(by_level.get(mark, [])):
        return (
            f"You gave {mark}, and what you ticked as met is all of {max(whole)} "
            f"and nothing of {mark}."
        )
    return ""


def _points(keys: list[str]) -> str:
    return f"{'point' if len(keys) == 1 else 'points'} {_list(sorted(keys))}"


def _are(keys: list[str]) -> str:
    return "is" if len(keys) == 1 else "are"


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _above_suggested(judged: Judged) -> tuple[GuardKind, str]:
    if judged.mark <= judged.suggested:
        return GuardKind.ABOVE_SUGGESTED, ""
    return GuardKind.ABOVE_SUGGESTED, (
        f"You gave {judged.mark}, and the answers suggest {judged.suggested} at most. The reason "
        "has to say why it is higher."
    )


def _against_flag(judged: Judged) -> tuple[GuardKind, str]:
    against = sorted(
        rule
        for rule, severity in judged.flags
        if judged.mark > HIGHEST_BESIDE.get(Severity(severity), TOP_OF_SCALE)
    )
    if not against:
        return GuardKind.AGAINST_FLAG, ""
    one = len(against) == 1
    return GuardKind.AGAINST_FLAG, (
        f"You gave {judged.mark} beside {'an open flag' if one else 'open flags'}: "
        f"{_list(against)}. The reason has to say why {'it does' if one else 'they do'} not count "
        "against the answer."
    )


def _thin(judged: Judged) -> tuple[GuardKind, str]:
    if len(words_of(judged.reason)) >= FEWEST_WORDS:
        return GuardKind.THIN, ""
    return GuardKind.THIN, (
        f"The reason has fewer than {FEWEST_WORDS} words beside what it quotes. The bidder, or a "
        "court, has to follow it years from now."
    )


def _no_answer(judged: Judged) -> tuple[GuardKind, str]:
    if names_an_answer(judged.reason):
        return GuardKind.NO_ANSWER, ""
    return GuardKind.NO_ANSWER, (
        "The reason names no answer, as SLP-07.f would: what was read does not show."
    )


def _same_text(judged: Judged) -> tuple[GuardKind, str]:
    own = _plain(judged.reason)
    same = sum(1 for reason in judged.elsewhere if own and _plain(reason) == own)
    if not same:
        return GuardKind.SAME_TEXT, ""
    return GuardKind.SAME_TEXT, (
        f"The same reason stands in {'another bid' if same == 1 else f'{same} other bids'}. Each "
        "bid has a reason of its own, from its own answers."
    )


def _plain(reason: str) -> str:
    return " ".join(word.casefold() for word in words_of(reason))


def _of_the_panel(judged: Judged, marks: Mapping[str, int]) -> Iterable[Guard]:
    if not marks:
        return
    lowest, highest = min(marks.values()), max(marks.values())
    if highest - lowest >= WIDE:
        given = ", ".join(f"{name} {mark}" for name, mark in sorted(marks.items()))
        yield Guard(
            GuardKind.SPREAD,
            f"{GuardKind.SPREAD}@{lowest}-{highest}",
            f"The marks are {highest - lowest} apart ({given}). The record has to say what was "
            "read differently.",
        )
    if not lowest <= judged.mark <= highest:
        yield Guard(
            GuardKind.OUTSIDE_MARKS,
            f"{GuardKind.OUTSIDE_MARKS}@{judged.mark}",
            f"The agreed mark is {judged.mark}, and nobody gave "
            f"{'more' if judged.mark > highest else 'less'} than "
            f"{highest if judged.mark > highest else lowest}.",
        )
