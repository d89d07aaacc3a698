"""What is kept while a document is written: ids, comments, and what is shown beside the words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import count

from contract_clauses.word import fields
from contract_clauses.word.blocks import paragraph
from contract_clauses.word.text import attribute, run

# Who speaks where no person is known.
SERVICE = "Supplier Assurance"
LONGEST_AUTHOR = 100


@dataclass(frozen=True, slots=True)
class Comment:
    number: int
    author: str
    paragraphs: tuple[str, ...]


@dataclass
class Writing:
    """One document while it is written.

    ``notes``: drafting notes stand beside the clauses as comments. ``departures``: what departs
    from the library is shown as tracked changes, dated ``day``.
    """

    notes: bool = False
    departures: bool = False
    day: date | None = None
    comments: list[Comment] = field(default_factory=list)
    # Bookmarks, comments and tracked changes share one row of ids, so that each is the only one.
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def number(self) -> int:
        return next(self._numbers)

    def bookmarked(self, name: str, inside: str) -> str:
        return fields.bookmarked(name, self.number(), inside)

    def around(self, name: str, inside: list[str]) -> list[str]:
        """Return the insides of paragraphs with one bookmark around all of them."""
        number = self.number()
        first, last = fields.bookmark_start(name, number), fields.bookmark_end(number)
        opened = [first + inside[0], *inside[1:]]
        return [*opened[:-1], opened[-1] + last]

    def commented(self, inside: str, paragraphs: tuple[str, ...], author: str = SERVICE) -> str:
        """Return ``inside`` with a comment beside it."""
        number = self.number()
        self.comments.append(Comment(number, author or SERVICE, paragraphs))
        return (
            f'<w:commentRangeStart w:id="{number}"/>{inside}<w:commentRangeEnd w:id="{number}"/>'
            '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr>'
            f'<w:commentReference w:id="{number}"/></w:r>'
        )

    def signed(self, author: str) -> str:
        """Return the attributes of something a person did to the document."""
        return f'w:id="{self.number()}" {by_and_when(author, self.day)}'

    def comments_part(self) -> str:
        """Return the inside of the part that holds the comments; empty where there is none."""
        return "".join(_comment(comment, self.day) for comment in self.comments)


def by_and_when(author: str, day: date | None) -> str:
    when = f' w:date="{day.isoformat()}T00:00:00Z"' if day else ""
    return f'w:author="{attribute((author or SERVICE)[:LONGEST_AUTHOR])}"{when}'


def _comment(comment: Comment, day: date | None) -> str:
    initials = "".join(word[0] for word in comment.author.split())[:3]
    mark = '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:annotationRef/></w:r>'
    paragraphs = "".join(
        paragraph("CommentText", ("" if place else mark) + run(text))
        for place, text in enumerate(comment.paragraphs)
    )
    return (
        f'<w:comment w:id="{comment.number}" {by_and_when(comment.author, day)} '
        f'w:initials="{attribute(initials)}">{paragraphs}</w:comment>'
    )
