"""What may be proposed, and how accepted proposals are written for whoever edits the content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from foundation.errors import DomainError
from question_bank.rules.integrity.texts import LONGEST, REFUSED
from question_bank.rules.places import texts_of
from question_bank.rules.reading import ContentError
from question_bank.rules.reading.plain import Raw, each, listed, mapping, needed_words, words

# The place of a proposal that is about a question as a whole, not about one of its texts.
WHOLE = "question"
LONGEST_REASON = 2000
# So that nobody buries the stewards; decided ones do not count.
MOST_OPEN = 50
FORMAT = "supplier-assurance-proposals/1"


class NotProposable(DomainError):
    """What was typed cannot become a proposal."""


@dataclass(frozen=True)
class Suggested:
    """A change to one text of a question, or a remark where ``place`` is WHOLE."""

    question: str
    place: str
    present: str
    suggestion: str
    reason: str


def suggested(question: Raw, place: str, suggestion: str, reason: str) -> Suggested:
    """Return the proposal if it is one. Raises NotProposable, naming the field."""
    if not reason:
        raise NotProposable("Enter why it should change", field="reason")
    if len(reason) > LONGEST_REASON:
        raise NotProposable(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
    if place == WHOLE:
        return Suggested(str(question["id"]), WHOLE, "", "", reason)
    present = present_text(question, place)
    if present is None:
        raise NotProposable("Select a text of this question")
    _check_text(place, present, suggestion)
    return Suggested(str(question["id"]), place, present, suggestion, reason)


def _check_text(place: str, present: str, suggestion: str) -> None:
    if not suggestion:
        raise NotProposable("Enter the words you propose", field="suggestion")
    if suggestion == present:
        raise NotProposable("Change the words: these are the same", field="suggestion")
    longest = longest_at(place)
    if len(suggestion) > longest:
        raise NotProposable(
            f"Enter {longest:,} characters or fewer: this is {len(suggestion):,}",
            field="suggestion",
        )
    for pattern, remedy in REFUSED:
        if pattern.search(suggestion):
            raise NotProposable(f"You cannot propose this: {remedy}", field="suggestion")


def present_text(question: Raw | None, place: str) -> str | None:
    """Return what stands at a place of a question; None if neither is there."""
    return None if question is None else texts_of(question).get(place)


def longest_at(place: str) -> int:
    """Return how many characters the place holds."""
    steps = place.split(".")
    if steps[0] == "levels":
        return LONGEST["level"]
    if "messages" in steps[:-1]:
        return LONGEST["message"]
    kind = "option label" if "options" in steps[:-2] and steps[-1] == "label" else steps[-1]
    return LONGEST.get(kind, LONGEST["says"])


@dataclass(frozen=True)
class Accepted:
    """An accepted proposal, ready to be merged into the file it names."""

    file: str
    question: str
    place: str
    edition: str
    present: str
    suggestion: str
    why: str
    proposed_by: str
    decided_by: str
    decided_on: str
    decision: str


_WRITTEN: Mapping[str, str] = {"present": "from", "suggestion": "to", "edition": "written_for"}


def export_document(edition: str, accepted: Iterable[Accepted]) -> dict[str, Any]:
    """Return accepted proposals as plain values, ready to be written as YAML."""
    return {
        "format": FORMAT,
        "edition": edition,
        "proposals": [
            {_WRITTEN.get(key, key): value for key, value in asdict(entry).items()}
            for entry in accepted
        ],
    }


def not_merged(raw: Any, questions: Mapping[str, Raw]) -> list[str]:
    """Return a sentence for each accepted proposal that ``questions`` do not say yet.

    A remark on a question as a whole has no words to look for. Raises ContentError for a file
    that is no export of proposals.
    """
    given = mapping(raw, "the proposals")
    if given.get("format") != FORMAT:
        raise ContentError(f"the proposals: this is not an export in the form {FORMAT}")
    wrong: list[str] = []
    entries = listed(given.get("proposals"), "proposals")
    found = each(entries, "proposals", lambda entry: list(_missing(entry, questions)), wrong)
    return wrong + [sentence for sentences in found.values() for sentence in sentences]


def _missing(entry: Any, questions: Mapping[str, Raw]) -> Iterator[str]:
    place = needed_words(mapping(entry, "a proposal"), "place", "a proposal")
    question = needed_words(entry, "question", "a proposal")
    if place == WHOLE:
        return
    wanted = needed_words(entry, "to", f"{question}, {place}")
    now = present_text(questions.get(question), place)
    if now is None:
        yield f"{question}, {place}: there is no such text; the proposal needs another place"
    elif now == words(entry, "from", f"{question}, {place}"):
        yield f"{question}, {place}: the accepted proposal is not merged yet"
    elif " ".join(now.split()) != " ".join(wanted.split()):
        yield f"{question}, {place}: these are neither the old words nor those accepted"
