"""What is looked at again when something a bid rests on runs out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Thing(StrEnum):
    ANSWER = "answer"
    RISK = "risk"
    CLAUSE = "clause"


class Rule(StrEnum):
    """What noticed that something ran out, or became worse."""

    CERTIFICATE = "certificate-runs-out"
    SHOWN_FILE = "shown-file-runs-out"
    RECOVERY_TEST = "recovery-test-too-old"
    OBLIGATION = "obligation-overdue"
    ACCEPTANCE = "acceptance-runs-out"
    ASSESSMENT = "assessment-settled"
    NEGOTIATED = "clause-negotiated"


# Words that hold nothing of a bid; the day is said beside them.
BECAUSE: Mapping[str, str] = MappingProxyType(
    {
        Rule.CERTIFICATE: "A certificate that the answer names ran out",
        Rule.SHOWN_FILE: "A file that the supplier showed under the contract ran out",
        Rule.RECOVERY_TEST: "The last recovery test is older than the contract allows",
        Rule.OBLIGATION: "An obligation that rests on it is overdue",
        Rule.ACCEPTANCE: "The time for which somebody accepted the risk is over",
        Rule.ASSESSMENT: "The answers of a settled yearly assessment give a cause that was not "
        "known",
        Rule.NEGOTIATED: "A clause that holds the risk down came back otherwise from negotiation",
    }
)
OTHERWISE = "Something it rests on ran out"


def because(rule: str) -> str:
    """Return why a thing is to be looked at again, in words."""
    return BECAUSE.get(rule, OTHERWISE)


def risks_that_read(
    causes: Iterable[tuple[str, Collection[str]]], parts: Iterable[str], also: Iterable[str] = ()
) -> list[str]:
    """Return the risks that rest on one of some answers, or are among ``also``, in their order.

    ``causes``: each risk of a register with the parts its causes read. One that became part of
    another is dealt with there; one that was dropped may have been dropped because of the very
    answer, and comes back.
    """
    wanted, named = set(parts), set(also)
    return [risk for risk, read in causes if risk in named or not wanted.isdisjoint(read)]
