"""The words of a sub-clause token by token, each knowing what of the library it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher

from contract_clauses.rules.library import FIGURES, VariableKind
from contract_clauses.rules.negotiated_read import REFERENCE, normal
from contract_clauses.rules.wording import Segment, SegmentKind
from question_bank.rules.kinds.choices import countries

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SPELT = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "ninety": 90, "hundred": 100,
}  # fmt: skip
A_DATE = rf"\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}"
A_FIGURE = r"£ ?\d+(?:,\d{3})*(?:\.\d+)?|\d+(?:,\d{3})*(?:\.\d+)?"
SPELT_OUT = rf"\b(?:{'|'.join(SPELT)})\b"
DATE = re.compile(A_DATE)
FIGURE = re.compile(f"(?:{A_DATE}|{A_FIGURE}|{SPELT_OUT})", re.IGNORECASE)
TOKEN = re.compile(
    rf"\ue000[^\ue001]*\ue001|{A_DATE}|{A_FIGURE}|[^\W\d_]+|\d+|[^\w\s]|_", re.IGNORECASE
)
ONE_OF = {f"{unit}s": unit for unit in ("day", "hour", "month", "year", "minute", "week")}
FAMILY = {
    SegmentKind.CLAUSE: "clause:",
    SegmentKind.ABSENT: "clause:",
    SegmentKind.ANNEX: "annex:",
    SegmentKind.PARTY: "party:",
}
# Comparing token by token takes the product of both lengths.
MOST_COMPARED = 4_000_000
HOURS = {"minute": Decimal(1) / 60, "hour": Decimal(1), "day": Decimal(24), "week": Decimal(168)}


@dataclass(frozen=True, slots=True)
class Word:
    """One token. ``whole`` numbers the segment it belongs to, among those that are no plain words;
    -1 for plain words. ``raw`` is what is written for it in a redraft."""

    text: str
    raw: str
    after_space: bool
    whole: int = -1

    @property
    def is_figure(self) -> bool:
        return FIGURE.fullmatch(self.text) is not None

    @property
    def shape(self) -> str:
        """Return the token without its figure, for texts that differ only in figures."""
        return "#" if self.is_figure else ONE_OF.get(self.text, self.text)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as tokens, with the segments of it that are no plain words."""

    words: tuple[Word, ...]
    wholes: tuple[Segment, ...] = ()

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]


def spoken(segments: Iterable[Segment]) -> Spoken:
    """Return a text of ours as tokens; values, references and names of parties stay whole."""
    words: list[Word] = []
    wholes: list[Segment] = []
    space = False
    for segment in segments:
        whole = -1
        if segment.kind is not SegmentKind.WORDS:
            whole = len(wholes)
            wholes.append(segment)
        for text, after_space in _tokens(segment.text, space):
            words.append(Word(text, text, after_space, whole))
        space = segment.text[-1:].isspace() or (space and not segment.text)
    return Spoken(tuple(words), tuple(wholes))


def heard(text: str, numbers: Mapping[tuple[str, str], str]) -> Spoken:
    """Return a text as it was read as tokens; a reference is the number it prints."""
    words: list[Word] = []
    for token, after_space in _tokens(text, space=False):
        found = REFERENCE.fullmatch(token)
        if found is None:
            words.append(Word(token, token, after_space))
            continue
        printed = numbers.get((found[1], found[2]), "?")
        for place, (piece, spaced) in enumerate(_tokens(printed, space=after_space)):
            words.append(Word(piece, "" if place else token, spaced))
    return Spoken(tuple(words))


def _tokens(text: str, space: bool) -> Iterator[tuple[str, bool]]:
    """Yield each token with whether a space stands before it."""
    plain = normal(f"|{text}|")[1:-1]
    end = 0
    for found in TOKEN.finditer(plain):
        yield found[0], space or end != found.start()
        end, space = found.end(), False


def steps(before: Sequence[str], after: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Return what stays, goes and comes, as difflib has it."""
    if len(before) * len(after) > MOST_COMPARED:
        return [("replace", 0, len(before), 0, len(after))]
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def differs_in_figures(before: Spoken, after: Spoken) -> bool:
    """Return whether the two say the same but for their figures, dates and amounts."""
    return [word.shape for word in before.words] == [word.shape for word in after.words]


def where_each_went(before: Spoken, after: Spoken) -> dict[int, tuple[int, int, bool]]:
    """Return where each segment that is no plain words is now: (from, to, whether unchanged)."""
    ranges: dict[int, tuple[int, int]] = {}
    for place, word in enumerate(before.words):
        if word.whole >= 0:
            ranges[word.whole] = (ranges.get(word.whole, (place, 0))[0], place + 1)
    if differs_in_figures(before, after):
        return {
            whole: (start, end, before.texts[start:end] == after.texts[start:end])
            for whole, (start, end) in ranges.items()
        }
    opcodes = steps(before.texts, after.texts)
    return {whole: _went(start, end, opcodes) for whole, (start, end) in ranges.items()}


def _went(
    start: int, end: int, opcodes: Iterable[tuple[str, int, int, int, int]]
) -> tuple[int, int, bool]:
    begin, stop, same = -1, -1, True
    for kind, at, to, at_now, to_now in opcodes:
        if to <= start or at >= end:
            # What came in within the segment, and only there, belongs to it.
            same = same and not (kind == "insert" and start < at < end)
            continue
        if kind == "equal":
            left, right = at_now + max(start - at, 0), at_now + min(end, to) - at
        else:
            left, right, same = at_now, to_now, False
        begin = left if begin < 0 else begin
        stop = max(stop, right)
    return max(begin, 0), max(stop, 0), same and begin >= 0


def text_between(after: Spoken, start: int, end: int) -> str:
    return "".join(
        (" " if word.after_space and place else "") + word.text
        for place, word in enumerate(after.words[start:end])
    ).strip()


def value_of(kind: VariableKind, words: str, following: str = "") -> str | list[str] | None:
    """Return what a person wrote as a value of a kind of variable; None where it is none.

    ``following``: the word after it, where that may be the unit of a time.
    """
    if kind is VariableKind.DATE:
        return _day(words)
    if kind is VariableKind.COUNTRIES:
        return _countries(words)
    if kind not in FIGURES:
        return None
    if kind is VariableKind.DURATION:
        return _hours(words, following)
    return _figure(words)


def _figure(words: str) -> str | None:
    text = words.casefold().strip().removeprefix("£").replace(",", "").strip()
    if text in SPELT:
        return str(SPELT[text])
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return text if found.is_finite() and 0 <= found <= 1_000_000_000 else None


def _hours(words: str, following: str) -> str | None:
    """Return a time with its unit in hours."""
    figure, _, unit = f"{words} {following}".strip().partition(" ")
    found = _figure(figure)
    unit = unit.split(" ")[0].casefold()
    unit = ONE_OF.get(unit, unit)
    if found is None or unit not in HOURS:
        return None
    return f"{(Decimal(found) * HOURS[unit]).quantize(Decimal('0.0001')).normalize():f}"


def _day(words: str) -> str | None:
    if not DATE.fullmatch(words):
        return None
    day, month, year = words.split()
    try:
        return date(int(year), MONTHS.index(month.title()) + 1, int(day)).isoformat()
    except ValueError:
        return None


def _countries(words: str) -> list[str] | None:
    codes = {name.casefold(): code for code, name in countries().items()}
    named = [name.strip() for name in re.split(r",|;|\band\b", words) if name.strip()]
    found = [codes.get(name.casefold(), "") for name in named]
    return found if found and all(found) else None
