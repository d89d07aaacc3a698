"""The forms in which an authority writes questions of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from foundation.errors import DomainError
from foundation.fields import (
    Choice,
    Form,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from question_bank.rules.integrity.texts import LONGEST
from question_bank.rules.integrity.vocabulary import TOPICS
from question_bank.rules.own.words import CLASSES, KINDS
from question_bank.rules.own.writing import KINDS_OFFERED
from question_bank.rules.questions import Bank, Kind, Question

LEVELS = (5, 4, 3, 2, 1, 0)


def topic_choices() -> list[tuple[str, str]]:
    return [("", "Select a topic"), *((t, t.replace("-", " ").capitalize()) for t in TOPICS)]


class PrefixForm(Form):
    prefix = TextField(
        "Letters before the number",
        [required("Enter 3 to 6 letters, such as HOL")],
        hint="3 to 6 letters that no other authority has. Your first question is then called "
        "HOL-01, for example. You cannot change them later, because answers and contracts will "
        "refer to your questions by these ids.",
        width=10,
        spellcheck=False,
    )


class NewQuestionForm(Form):
    title = TextField("Title", [required("Enter the title")], hint="A few words, for lists.")
    topic = SelectField("Topic", [required("Select the topic")])
    copied = SelectField(
        "Start from a question of the bank",
        hint="You can copy one with its parts and change what you need. Where it came from is "
        "kept with it.",
    )

    def __init__(self, questions: Sequence[Question], copied: str = "") -> None:
        start = next((question for question in questions if question.id == copied), None)
        filled = {"copied": start.id, "title": start.title, "topic": start.topic} if start else {}
        super().__init__(data=filled)
        self.topic.choices = [Choice(*pair) for pair in topic_choices()]
        self.copied.choices = [
            Choice("", "Start with an empty question"),
            *(Choice(q.id, f"{q.id} {q.title}") for q in questions),
        ]

    def check(self) -> None:
        refuse_long("title", self.title.data or "")


class AboutForm(Form):
    """What is said about a question; the marks' texts are added by about_form()."""

    title = TextField("Title", [required("Enter the title")], hint="A few words, for lists.")
    why = TextAreaField(
        "Why it is asked",
        [required("Enter why this is asked")],
        hint="For a small supplier: what goes wrong without it. At most 600 characters.",
        most_characters=LONGEST["why"],
    )
    guidance = TextAreaField(
        "What a good answer holds (optional)",
        hint="Shown to suppliers and evaluators. Leave an empty line between paragraphs; begin "
        "the lines of a list with a dash.",
        most_characters=LONGEST["guidance"],
    )
    topic = SelectField("Topic", [required("Select the topic")])
    source = TextField(
        "Where it comes from",
        [required("Enter where the question comes from")],
        hint="A law, a policy of your council, or the person who needs to know.",
    )
    main_risk = SelectField(
        "Main risk",
        [required("Select the main risk")],
        hint="Proposed for the risk register when the question is marked 2 or lower.",
    )
    minutes = NumberField(
        "Time a supplier needs",
        [required("Enter how many minutes a supplier needs")],
        hint="Of a person who knows the answer.",
        lowest=1,
        highest=2000,
        width=4,
        suffix_text="minutes",
    )
    controls = TextAreaField(
        "Controls it maps to (optional)",
        hint="One framework on each line, such as caf-4.0: B5.a, B5.b",
        rows=3,
    )
    pass_says = TextField(
        "Why a bid fails (only if the question can be failed)",
        hint="For example: The council must own all the data; this bid does not accept that.",
    )

    def values(self) -> dict[str, Any]:
        """Return what was entered, as the bank writes it. Raises DomainError naming the field."""
        for name in ("title", "source", "pass_says"):
            refuse_long(name, self._fields[name].data or "")
        given = {
            name: self._fields[name].data or ""
            for name in ("title", "why", "guidance", "topic", "source", "main_risk", "pass_says")
        }
        return given | {
            "minutes": int(self.minutes.data),
            "levels": {
                str(n): self._fields[f"level_{n}"].data
                for n in LEVELS
                if self._fields[f"level_{n}"].data
            },
            "controls": controls_from(self.controls.data or ""),
        }


def about_form(raw: Mapping[str, Any], bank: Bank) -> AboutForm:
    """Return the form of what is said about a question, filled with what is there."""
    levels = {
        f"level_{level}": TextAreaField(
            f"What earns the mark {level}",
            hint=f"{bank.scale[level]['label']}: {' '.join(bank.scale[level]['test'].split())}",
            rows=3,
            most_characters=LONGEST["level"],
        )
        for level in LEVELS
    }
    form_class = type("FilledAboutForm", (AboutForm,), levels)
    data = dict(raw) | {f"level_{n}": (raw.get("levels") or {}).get(str(n), "") for n in LEVELS}
    data["controls"] = "\n".join(
        f"{framework}: {', '.join(names)}"
        for framework, names in (raw.get("controls") or {}).items()
    )
    data["minutes"] = raw.get("minutes") or None
    form: AboutForm = form_class(data=data)
    form.topic.choices = [Choice(*pair) for pair in topic_choices()]
    risks = [Choice(risk.id, f"{risk.id} {risk.title}") for risk in bank.risks.values()]
    form.main_risk.choices = [Choice("", "Select a risk"), *risks]
    return form


def controls_from(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        framework, colon, names = line.partition(":")
        if not line.strip():
            continue
        if not colon or not names.strip():
            raise DomainError(
                "Enter each framework on a line of its own, such as caf-4.0: B5.a, B5.b",
                field="controls",
            )
        found[framework.strip()] = [name.strip() for name in names.split(",") if name.strip()]
    return found


class NewPartForm(Form):
    kind = RadiosField(
        "What should a supplier give?", [required("Select what a supplier should give")]
    )

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [Choice(kind, *KINDS[kind]) for kind in KINDS_OFFERED]


class NewOutcomeForm(Form):
    words = TextField(
        "Name of the outcome",
        [required("Enter a name for the outcome")],
        hint="A few words, such as “over 12 months”. Its permanent id is made from them.",
    )


class ReasonForm(Form):
    reason = TextAreaField("Reason", [required("Enter the reason")], rows=3, most_characters=500)


class ConfirmForm(Form):
    """A button, and the token that shows the press came from our page."""


def refuse_long(field: str, text: str, place: str = "") -> None:
    longest = LONGEST.get(place or field, 400)
    if len(text) > longest:
        raise DomainError(f"Enter {longest} characters or fewer: this is {len(text)}", field=field)


def class_choices() -> list[Choice]:
    return [Choice(name, *words) for name, words in CLASSES.items()]


def is_closed(kind: Kind) -> bool:
    return kind in (Kind.CHOICE, Kind.CHOICES)


class PackForm(Form):
    title = TextField("Title", [required("Enter the title of the pack")])
    suits = TextAreaField(
        "Which purchases it suits",
        [required("Enter what the pack suits")],
        rows=3,
        most_characters=LONGEST["why"],
    )
