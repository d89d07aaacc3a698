"""The forms about interests: what somebody declares, and what the chair decides about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from foundation.fields import Choice, Form, RadiosField, SelectField, TextAreaField, required
from scoring.queries.bidders import Bidder
from scoring.rules.interests import LEAST_REASON, LONGEST_WORDS, NATURES, Nature
from scoring.service.interests import Connection, Declared

# With more bidders than this, what is asked about one appears once it is ticked.
MOST_OPEN = 40
ALL = "all"


@dataclass
class BidderLine:
    """One bidder in the list: whether it is ticked, and what connects somebody with it."""

    bidder: Bidder
    is_ticked: bool = False
    nature: str = ""
    words: str = ""
    nature_error: str = ""
    words_error: str = ""
    hints: tuple[str, ...] = ()

    @property
    def nature_name(self) -> str:
        return f"nature_{self.bidder.token}"

    @property
    def words_name(self) -> str:
        return f"words_{self.bidder.token}"

    def read(self, typed: MultiDict[str, str]) -> None:
        self.is_ticked = self.bidder.token in typed.getlist("bidder")
        self.nature = typed.get(self.nature_name, "")
        self.words = typed.get(self.words_name, "").replace("\r\n", "\n").strip()

    def check(self) -> None:
        if not self.is_ticked:
            return
        if self.nature not in set(Nature):
            self.nature_error = f"Select what connects you with {self.bidder.name}"
        if not self.words:
            self.words_error = f"Enter what connects you with {self.bidder.name}"
        elif len(self.words) > LONGEST_WORDS:
            self.words_error = f"Enter {LONGEST_WORDS:,} characters or fewer"


class DeclarationForm(Form):
    has_interest = RadiosField(
        "Do you have an interest?",
        [required("Select whether you have an interest")],
        choices=[
            Choice("no", "No, and nothing that could look like one"),
            Choice("yes", "Yes, or something that could look like one"),
        ],
    )
    words = TextAreaField(
        "What it is",
        hint="Who it concerns, what it is about, since when and whether it still lasts.",
        most_characters=LONGEST_WORDS,
        rows=5,
    )
    # The list of bidders it is made with, and the page somebody came from.
    seen = HiddenField()
    back = HiddenField()

    lines: list[BidderLine]

    @classmethod
    def of(
        cls,
        bidders: Iterable[Bidder],
        typed: MultiDict[str, str],
        hints: Mapping[int, tuple[str, ...]],
        *,
        bidders_known: bool,
    ) -> DeclarationForm:
        form = cls()
        form.lines = [BidderLine(one, hints=hints.get(one.bid_id, ())) for one in bidders]
        for line in form.lines:
            line.read(typed)
        if bidders_known:
            form.words.label.text = "Anything else that somebody could hold against the council"
            form.words.hint = (
                "Only if it is about the tender as a whole and no single bidder. Until somebody "
                "decides on it you see no bid."
            )
        return form

    @property
    def shows_all(self) -> bool:
        """Return whether what is asked about each bidder is shown at once."""
        return len(self.lines) <= MOST_OPEN

    def is_whole(self) -> bool:
        """Return whether everything typed can be taken; else the errors are in the form."""
        valid = bool(self.validate())
        for line in self.lines:
            line.check()
        broken = any(line.nature_error or line.words_error for line in self.lines)
        return not self._contradicts() and valid and not broken

    def _contradicts(self) -> bool:
        ticked = any(line.is_ticked for line in self.lines)
        if self.has_interest.data == "no" and (ticked or self.words.data):
            self.add_error("Select yes, or take out what you named below", "has_interest")
            return True
        if self.has_interest.data == "yes" and not ticked and not self.words.data:
            asked = "Select the bidder, or enter what the interest is"
            self.add_error(asked if self.lines else "Enter what the interest is", "words")
            return True
        return False

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the box, sentence) for what is wrong with the list of bidders."""
        found = []
        for line in self.lines:
            if line.nature_error:
                found.append((line.nature_name, line.nature_error))
            if line.words_error:
                found.append((line.words_name, line.words_error))
        return found

    @property
    def declared(self) -> Declared:
        return Declared(
            has_interest=self.has_interest.data == "yes",
            words=self.words.data or "",
            connections={
                line.bidder.bid_id: Connection(Nature(line.nature), line.words)
                for line in self.lines
                if line.is_ticked
            },
        )


NATURE_CHOICES = [Choice("", "Select"), *(Choice(key, text) for key, text in NATURES.items())]


class DecisionForm(Form):
    about = SelectField("Which bid?", [required("Select which bid it is about")])
    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            Choice("barred", "Keep the person away from it"),
            Choice("works", "Let the person work on it, with safeguards"),
        ],
    )
    reason = TextAreaField(
        "Why, and with which safeguards",
        [required("Enter why you decide so")],
        hint=f"At least {LEAST_REASON} characters. It stays in the record.",
        most_characters=LONGEST_WORDS,
        rows=5,
    )

    @classmethod
    def of(cls, bidders: Iterable[Bidder], waiting: Collection[int]) -> DecisionForm:
        """Return the form with every bidder to choose, those that wait first."""
        form = cls()
        listed = sorted(bidders, key=lambda one: one.bid_id not in waiting)
        form.about.choices = [
            Choice("", "Select"),
            *(
                Choice(one.token, f"{one.name}{', waits' if one.bid_id in waiting else ''}")
                for one in listed
            ),
            Choice(ALL, "Every bid of this tender"),
        ]
        if form.about.data is None and len(waiting) == 1:
            form.about.data = next((o.token for o in listed if o.bid_id in waiting), None)
        return form
