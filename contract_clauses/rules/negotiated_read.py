"""A Word document as it was read: its paragraphs and tables in order, and what was done to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# What stands in the text for the number of a cross-reference: its family and what it points to.
REFERENCE = re.compile("\ue000(clause|annex):([^\ue000\ue001]*)\ue001")
PRIVATE = re.compile("[\ue000\ue001]")
# Characters a word processor puts in by itself, and the plain ones they stand for.
PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2026": "...", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "",
        "\ufeff": "", "\u200e": "", "\u200f": "",
        # What turns the direction of the words around it: it says nothing, and hides much.
        **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
    }
)  # fmt: skip
# Spaces are kept apart from letters, a space before punctuation in some languages is not.
SPACES = re.compile(r"\s+")


class How(StrEnum):
    """What somebody did to a stretch of the text while changes were tracked."""

    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED_HERE = "moved here"
    MOVED_AWAY = "moved away"
    # Not tracked, but not printed either.
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Tracked:
    """A stretch that somebody put in or took out. ``at`` as the document says it, or empty."""

    how: How
    text: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    text: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph with every tracked change accepted.

    ``level``: 1 for a heading of a clause, 2 for a sub-clause, 3 for what belongs to one, 0 where
    its style does not say. ``marks``: the bookmarks of ours that lie around any of its text;
    ``begins``: those of them that begin in it. ``is_gone``: nothing of it is left.
    """

    text: str
    style: str = ""
    level: int = 0
    marks: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()
    is_gone: bool = False
    # How many pictures stand in it, whose words cannot be read.
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[str, ...], ...]
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """``made_from``: the property in which our documents say what they were made from."""

    blocks: tuple[Line | Table, ...]
    made_from: str = ""
    # The day the document says it was drawn up on, as 2026-12-04; empty where it does not say.
    made_on: str = ""
    # The SHA-256 of the template it says it is on; empty on our own layout. Not kept.
    template: str = ""

    @property
    def lines(self) -> list[Line]:
        return [block for block in self.blocks if isinstance(block, Line)]


def reference(family: str, target: str) -> str:
    """Return what stands in the text of a line for the number of a cross-reference."""
    return f"\ue000{family}:{target}\ue001"


def resolved(text: str, numbers: Mapping[tuple[str, str], str]) -> str:
    """Return ``text`` with the number of each cross-reference as it prints."""
    return REFERENCE.sub(lambda found: numbers.get((found[1], found[2]), "?"), text)


def normal(text: str) -> str:
    """Return ``text`` without what a word processor changes by itself: kinds of quotation marks,
    dashes and spaces, and how letters are put together."""
    plain = unicodedata.normalize("NFC", text).translate(PLAIN)
    return SPACES.sub(" ", plain).strip()
