"""What the guided form about the outcome is made of: pages, fields, options, examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

STEPS = "steps"
PRINCIPLES = "principles"


class Kind(StrEnum):
    """How a field is filled in. Choices are kept as a list of values, all others as a text."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    LINK = "link"
    DATE = "date"
    # A day with a time of day on London clocks.
    MOMENT = "moment"


class Lookout(StrEnum):
    """What a text is looked through for."""

    TECHNOLOGY = "technology"
    NOBODY = "nobody"


class State(StrEnum):
    """How far a page is; what is needed and missing stops nothing."""

    NOT_BEGUN = "Not begun"
    BEGUN = "In progress"
    COMPLETED = "Completed"


@dataclass(frozen=True, slots=True)
class Warns:
    """Advice: what there is to think about, and why."""

    says: str
    because: str


@dataclass(frozen=True, slots=True)
class Option:
    """``ends``: with this answer the rest of its page is not needed."""

    value: str
    label: str
    hint: str = ""
    warns: Warns | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """``frameworks``: ids in the question bank of what to read about it."""

    id: str
    kind: Kind
    label: str
    hint: str = ""
    needed: bool = False
    characters: int = 0
    options: tuple[Option, ...] = ()
    checked_for: Lookout | None = None
    frameworks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One of the four steps, or a part of the check against the five principles.

    ``principle`` is the number of the principle; empty for a step.
    """

    id: str
    group: str
    title: str
    heading: str
    lead: str
    why: str
    source: str
    fields: tuple[Field, ...]
    examples: tuple[Example, ...] = ()
    principle: str = ""

    @property
    def is_step(self) -> bool:
        return self.group == STEPS


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole form. ``warnings`` are sentences with places for what they are about."""

    pages: tuple[Page, ...]
    technologies: tuple[str, ...]
    nobody: tuple[str, ...]
    warnings: Mapping[str, Warns]
    principles: Mapping[str, str]
    source: str
    checked: str

    def page(self, page_id: str) -> Page | None:
        return next((page for page in self.pages if page.id == page_id), None)

    def after(self, page: Page) -> Page | None:
        """Return the page that follows, or None after the last."""
        following = self.pages[self.pages.index(page) + 1 :]
        return following[0] if following else None

    def before(self, page: Page) -> Page | None:
        return self.pages[self.pages.index(page) - 1] if page != self.pages[0] else None
