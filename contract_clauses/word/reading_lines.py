"""A paragraph of a Word document while it is read, and what its style says it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from contract_clauses.rules.negotiated_read import Comment, How, Line, Table, Tracked

# Names of styles, ours and Word's own, in whatever case a program writes them.
LEVELS = {"heading 1": 1, "clause 2": 2, "clause 3": 3, "clause 4": 3, "definition": 3}
ANNEX_HEADING = "annex heading"
CONTENTS = ("toc ", "toc heading", "contents")
MOST_TRACKED = 400
REVISIONS: Mapping[str, How] = {
    "ins": How.INSERTED,
    "del": How.DELETED,
    "moveTo": How.MOVED_HERE,
    "moveFrom": How.MOVED_AWAY,
}
AWAY = frozenset({How.DELETED, How.MOVED_AWAY})


@dataclass
class Paragraph:
    """What is known of a paragraph so far."""

    style: str = ""
    pieces: list[str] = field(default_factory=list)
    marks: dict[str, bool] = field(default_factory=dict)
    tracked: list[list[str]] = field(default_factory=list)
    comments: dict[str, None] = field(default_factory=dict)
    pictures: int = 0
    # Its end was taken out, so that it runs on into the next.
    end_is_gone: bool = False
    is_last_tracked: bool = False

    @property
    def words(self) -> str:
        return " ".join("".join(self.pieces).split())

    def add(self, text: str, *, printed: bool) -> None:
        if printed:
            self.pieces.append(text)
        self.is_last_tracked = False

    def track(self, how: How, text: str, by: str, at: str) -> None:
        """List a stretch that somebody changed; one that goes on is one stretch."""
        last = self.tracked[-1] if self.tracked else None
        if last is not None and [last[0], *last[2:]] == [how, by, at]:
            last[1] += text
        elif len(self.tracked) < MOST_TRACKED:
            self.tracked.append([how, text, by, at])

    def meet(self, mark: str, *, is_new: bool) -> None:
        """Note that a bookmark lies around text of this paragraph; ``is_new``: it begins here."""
        self.marks[mark] = self.marks.get(mark, False) or is_new

    def comment(self, number: str) -> None:
        self.comments[number] = None

    def line(self, comments: Mapping[str, Comment]) -> Line | None:
        """Return what was read; None for a paragraph that says nothing at all."""
        words = self.words
        if not (words or self.tracked or self.comments or self.pictures):
            return None
        return Line(
            words,
            self.style,
            marks=tuple(self.marks),
            begins=tuple(mark for mark, is_new in self.marks.items() if is_new),
            tracked=tuple(
                Tracked(How(how), text, by, at) for how, text, by, at in self.tracked if text
            ),
            comments=tuple(comments[number] for number in self.comments if number in comments),
            is_gone=not words,
            pictures=self.pictures,
        )


def levels_by_style(
    blocks: Iterable[Line | Table], names: Mapping[str, str]
) -> tuple[Line | Table, ...]:
    """Return the blocks with the level of each line, without the contents.

    A style is known by its name; one of a council's own by the bookmarks on most of its paragraphs.
    """
    found = list(blocks)
    learned = _learned(block for block in found if isinstance(block, Line))
    done: list[Line | Table] = []
    for block in found:
        if isinstance(block, Table):
            done.append(block)
            continue
        name = names.get(block.style, block.style.casefold())
        if name.startswith(CONTENTS):
            continue
        level = LEVELS.get(name) or learned.get(block.style, 0)
        done.append(replace(block, style=name, level=level))
    return tuple(done)


def _learned(lines: Iterable[Line]) -> dict[str, int]:
    """Return what paragraphs of each style mostly are, by the bookmarks that begin in them."""
    votes: dict[str, Counter[int]] = {}
    for line in lines:
        ours = [mark for mark in line.marks if mark.startswith("SA_")]
        if not line.style or not ours:
            continue
        begun = [mark for mark in line.begins if mark in ours]
        level = 3 if not begun else 1 if begun[0].count("_") == 1 else 2
        votes.setdefault(line.style, Counter())[level] += 1
    return {style: counted.most_common(1)[0][0] for style, counted in votes.items()}
