"""Every kind of answer can be typed: what is stored comes back from the form as it was."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from question_bank.rules.questions import Asked, Kind, Option, Part, Schema
from supplier_portal.fields import FIELDS, posted_entry, stored_entry
from supplier_portal.forms import ON_THEIR_OWN
from tests.answers_made import made_answer, typed_fields

OPTIONS = (Option("one", "One"), Option("two", "Two"))
COLUMNS = (
    Asked("name", Kind.SHORT_TEXT, "Name"),
    Asked("at", Kind.DATE, "At", required=False),
    Asked("status", Kind.CHOICE, "Status", options=OPTIONS),
)
TYPED_ON_THE_PAGE = [kind for kind in Kind if kind not in ON_THEIR_OWN and kind != Kind.COUNTRIES]


def part_of(kind, **more):
    return Part("SLP-07.f", kind, "Copies", ask="How?", options=OPTIONS, words=50, **more)


def schema_for(kind):
    rowed = kind in (Kind.RECORD, Kind.CERTIFICATE)
    return Schema("T4", "Rows", "row", COLUMNS) if rowed else None


def test_every_kind_has_a_field():
    assert set(FIELDS) == set(Kind)


@pytest.mark.parametrize("kind", TYPED_ON_THE_PAGE)
def test_what_is_typed_is_read_as_the_answer(kind):
    part = part_of(kind, schema=schema_for(kind))
    answer = made_answer(part)
    form = MultiDict(
        (name, str(item))
        for name, value in typed_fields(part, part.id, answer).items()
        for item in (
            (value if kind is Kind.CHOICES else ["\n".join(value)])
            if isinstance(value, list)
            else [value]
        )
    )

    read = posted_entry(part, part.id, form).read()

    assert (read.value, read.problems) == (answer, ())


@pytest.mark.parametrize("kind", TYPED_ON_THE_PAGE)
def test_an_answer_shown_and_sent_again_is_the_same_answer(kind):
    part = part_of(kind, schema=schema_for(kind))
    answer = made_answer(part)

    assert stored_entry(part, part.id, answer).read().value == answer


@pytest.mark.parametrize("kind", TYPED_ON_THE_PAGE)
def test_nothing_typed_is_no_answer(kind):
    part = part_of(kind, schema=schema_for(kind))

    read = posted_entry(part, part.id, MultiDict()).read()

    assert (read.value, read.problems) == (None, ())


@pytest.mark.parametrize("kind", TYPED_ON_THE_PAGE)
@pytest.mark.parametrize("text", ["=1+1", "x" * 100_000, "٣", "-", "1e999", "<script>"])
def test_whatever_is_typed_never_raises_and_stays_in_its_box(kind, text):
    part = part_of(kind, schema=schema_for(kind))
    names = ["", "-day", "-month", "-year", "-hours", "-minutes", "-exception", ".name", ".at-day"]
    form = MultiDict((part.id + name, text) for name in names)

    entry = posted_entry(part, part.id, form)
    entry.read()

    boxes = [entry, *entry.cells]
    assert any(text in value for box in boxes for value in box.typed.values())


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            {"-day": "31", "-month": "2", "-year": "2026"},
            "Copies must be a real date, like 27 3 2026",
        ),
        ({"-day": "1", "-month": "2"}, "Copies must be a real date, like 27 3 2026"),
        ({"-day": "1", "-month": "2", "-year": "26"}, "Copies must be a real date, like 27 3 2026"),
    ],
    ids=["no such day", "no year", "two digits"],
)
def test_a_date_that_is_none_is_said_so(typed, message):
    part = part_of(Kind.DATE)
    form = MultiDict((part.id + name, text) for name, text in typed.items())

    entry = posted_entry(part, part.id, form)
    entry.read()

    assert entry.all_errors() == [(message, "SLP-07-f-day")]


def test_words_beside_a_plain_yes_are_not_dropped():
    part = part_of(Kind.COMMITMENT)
    form = MultiDict({part.id: "yes", f"{part.id}-exception": "but not on Sundays"})

    entry = posted_entry(part, part.id, form)
    entry.read()

    assert entry.all_errors() == [
        (
            "Select “Yes, with an exception”, or remove what you wrote under “Yes”",
            "SLP-07-f-0",
        )
    ]


def test_a_mistake_in_a_record_stands_at_its_cell():
    part = part_of(Kind.RECORD, schema=Schema("T4", "Rows", "row", COLUMNS))
    form = MultiDict({f"{part.id}.name": "Gateway", f"{part.id}.at-day": "40"})

    entry = posted_entry(part, part.id, form)
    entry.read()

    assert entry.all_errors() == [
        ("At must be a real date, like 27 3 2026", "SLP-07-f-at-day"),
        ("Select status", "SLP-07-f-status-0"),
    ]
