"""Each kind of answer: what is kept, what is refused and in which words, and how it is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.rules.answers import read_answer, show_answer, what_is_missing
from question_bank.rules.kinds import KINDS, is_empty
from question_bank.rules.questions import Kind
from tests.rules.question_bank.builders import ROWS, options, part

ROW = {"name": "Platform", "country": "GB", "rto": "8h"}


def make(kind: Kind, **more):
    more.setdefault("schema", ROWS if kind in (Kind.TABLE, Kind.RECORD, Kind.CERTIFICATE) else None)
    if kind in (Kind.CHOICE, Kind.CHOICES, Kind.COMMITMENT):
        more.setdefault("options", options("a", "b"))
    return part("Q.x", kind, **{"label": "Recovery plan", **more})


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_an_entry_in_the_registry(kind):
    assert set(KINDS) == set(Kind)
    assert isinstance(KINDS[kind].json_schema(make(kind)), dict)


@pytest.mark.parametrize(
    ("kind", "given", "stored", "shown"),
    [
        (Kind.COMMITMENT, "yes", {"answer": "yes"}, "Yes"),
        (
            Kind.COMMITMENT,
            {"answer": "yes-with-exception", "exception": " Not logs "},
            {"answer": "yes-with-exception", "exception": "Not logs"},
            "Yes, with an exception: Not logs",
        ),
        (Kind.COMMITMENT, {"answer": "yes", "exception": "left over"}, {"answer": "yes"}, "Yes"),
        (Kind.CHOICE, "a", "a", "A"),
        (Kind.CHOICES, ["b", "a", "a"], ["a", "b"], "A; B"),
        (Kind.SHORT_TEXT, " one\r\ntwo ", "one\ntwo", "one\ntwo"),
        (Kind.NUMBER, "1,250", "1250", "1250"),
        (Kind.NUMBER, 12, "12", "12"),
        (Kind.MONEY, "1250.50", "1250.5", "£1,250.50"),
        (Kind.MONEY, 1250, "1250", "£1,250"),
        (Kind.DURATION, "1d 6h", "30h", "30 hours"),
        (Kind.DURATION, "90 minutes", "1h30min", "1 hour 30 minutes"),
        (Kind.DURATION, "0h", "0h", "0 hours"),
        (Kind.DURATION, "30d", "720h", "30 days"),
        (Kind.DATE, "2026-03-27", "2026-03-27", "27 March 2026"),
        (Kind.URL, "https://a.example/x", "https://a.example/x", "https://a.example/x"),
        (Kind.COUNTRY, "gb", "GB", "United Kingdom"),
        (Kind.COUNTRIES, ["IE", "GB", "IE"], ["GB", "IE"], "United Kingdom, Ireland"),
        (Kind.LINES, "one\n\ntwo", ["one", "two"], "one; two"),
        (Kind.RECORD, ROW, ROW, "Name: Platform; Country: United Kingdom; Recovery time: 8 hours"),
        (
            Kind.TABLE,
            [ROW],
            [ROW],
            "1. Name: Platform; Country: United Kingdom; Recovery time: 8 hours",
        ),
        (Kind.FILE, "plan.pdf", [{"name": "plan.pdf"}], "plan.pdf"),
        (
            Kind.FILE,
            [{"name": "plan.pdf", "title": "The plan"}],
            [{"name": "plan.pdf", "title": "The plan"}],
            "The plan (plan.pdf)",
        ),
    ],
)
def test_a_good_answer_is_kept_and_shown(kind, given, stored, shown):
    asked = make(kind, decimals=2)

    read = read_answer(asked, given)

    assert (read.value, read.problems) == (stored, ())
    assert show_answer(asked, read.value) == shown
    assert read_answer(asked, read.value).value == stored


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (Kind.COMMITMENT, "maybe", "Answer recovery plan with yes, yes-with-exception or no"),
        (
            Kind.COMMITMENT,
            "no",
            "Enter the exception to recovery plan, or answer “yes” without one",
        ),
        (Kind.CHOICE, "z", "Select one of the answers listed for recovery plan: a, b"),
        (Kind.CHOICE, {"a": 1}, "Select one of the answers listed for recovery plan: a, b"),
        (Kind.CHOICES, ["a", "z"], "Select one of the answers listed for recovery plan: a, b"),
        (
            Kind.SHORT_TEXT,
            "x" * 201,
            "Recovery plan must be 200 characters or fewer; you have written 201",
        ),
        (Kind.SHORT_TEXT, 5, "Enter recovery plan as text"),
        (
            Kind.SHORT_TEXT,
            "a\0b",
            "Recovery plan contains a character that cannot be stored (U+0000); remove it",
        ),
        (
            Kind.SHORT_TEXT,
            "a\ud800",
            "Recovery plan contains a character that cannot be stored (U+D800); remove it",
        ),
        (
            Kind.NARRATIVE,
            "word " * 10_000,
            "Recovery plan must be 200 words or fewer; you have written 10,000",
        ),
        (
            Kind.NARRATIVE,
            "x" * 100_000,
            "Recovery plan must be 4,000 characters or fewer; you have written 100,000",
        ),
        (Kind.NUMBER, "many", "Recovery plan must be a number, like 24"),
        (Kind.NUMBER, "1e9", "Recovery plan must be a number, like 24"),
        (Kind.NUMBER, True, "Recovery plan must be a number, like 24"),
        (Kind.NUMBER, "9" * 30, "Recovery plan must be a number, like 24"),
        (Kind.NUMBER, "1.234", "Recovery plan must have at most 2 decimal places"),
        (Kind.DURATION, "soon", "Recovery plan must be a length of time, like 4h, 90min or 1d 6h"),
        (Kind.DURATION, "4", "Recovery plan must be a length of time, like 4h, 90min or 1d 6h"),
        (Kind.DATE, "2026-02-30", "Recovery plan must be a real date, like 27 3 2026"),
        (Kind.DATE, "27/3/2026", "Recovery plan must be a real date, like 27 3 2026"),
        (
            Kind.URL,
            "javascript:alert(1)",
            "Recovery plan must be a web address that starts with https:// or http://",
        ),
        (
            Kind.URL,
            "https://[",
            "Recovery plan must be a web address that starts with https:// or http://",
        ),
        (Kind.COUNTRY, "Global", "Select a country for recovery plan"),
        (Kind.COUNTRY, "EU", "Select a country for recovery plan"),
        (Kind.TABLE, "rows", "Recovery plan must be a list of rows"),
        (Kind.FILE, 5, "Recovery plan must be a list of files, each with a name"),
        (Kind.FILE, [{"title": "x"}], "Recovery plan must be a list of files, each with a name"),
    ],
)
def test_a_wrong_answer_gets_a_sentence(kind, given, message):
    read = read_answer(make(kind, words=200, decimals=2), given)

    assert [problem.message for problem in read.problems] == [message]
    assert read.value is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"country": "GB"}], [(1, "name", "Enter name")]),
        ([ROW, {**ROW, "country": "XX"}], [(2, "country", "Select a country for country")]),
        (
            [ROW, {"name": " platform "}],
            [(2, "name", "Row 2 repeats row 1; each thing can be listed once")],
        ),
        (
            [{**ROW, "contry": "GB"}],
            [(1, "", "‘contry’ is not a column of recovery plan; did you mean ‘country’?")],
        ),
        (
            [{"name": "x" * 100_000}],
            [(1, "name", "Name must be 200 characters or fewer; you have written 100,000")],
        ),
        (["not a row"], [(1, "", "Recovery plan must be a set of named entries")]),
    ],
    ids=[
        "empty required cell",
        "wrong cell",
        "duplicate row",
        "unknown column",
        "100 kB cell",
        "text",
    ],
)
def test_a_wrong_row_is_named_by_row_and_column(rows, expected):
    read = read_answer(make(Kind.TABLE), rows)

    assert [(p.row, p.column, p.message) for p in read.problems] == expected


def test_the_contents_own_words_are_used_where_it_has_them():
    asked = make(Kind.NUMBER, messages={"missing": "Say how many", "not_a_number": "Digits only"})

    assert what_is_missing(asked, None).message == "Say how many"
    assert read_answer(asked, "x").problems[0].message == "Digits only"


def test_a_table_says_how_many_rows_it_still_needs():
    asked = make(Kind.TABLE, rows_at_least=2)

    assert (
        what_is_missing(asked, [ROW]).message
        == "Add at least 2 rows to recovery plan, one for each thing"
    )
    assert what_is_missing(make(Kind.TABLE), []) is None


def test_given_rows_are_answered_once_each():
    asked = make(Kind.TABLE, fixed_rows=(("A", "First theme"), ("B", "Second theme")))

    assert read_answer(asked, [{"name": "C"}]).problems[0].message == (
        "Recovery plan must answer each given row once; C is missing or repeated"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("kind", Kind)
@given(value=JSON)
def test_reading_never_raises_and_what_is_kept_reads_the_same_again(kind, value):
    asked = make(kind, words=50, decimals=2)

    read = read_answer(asked, value)

    assert (read.value is None) or not read.problems
    if not is_empty(read.value):
        assert read_answer(asked, read.value).value == read.value
        assert isinstance(show_answer(asked, read.value), str)


def test_given_rows_are_missing_while_none_is_answered():
    asked = make(Kind.TABLE, fixed_rows=(("A", "First theme"), ("B", "Second theme")))

    assert what_is_missing(asked, None).message == (
        "Answer the 2 rows left, starting with “First theme”"
    )


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"unit": "%"}, "Recovery plan must be a percentage, like 60"),
        ({"unit": "months"}, "Recovery plan must be a number of months, like 24"),
        (
            {"unit": "working days", "at_most": Decimal(10)},
            "Recovery plan must be a number of working days, like 10",
        ),
        ({"at_least": Decimal(100)}, "Recovery plan must be a number, like 100"),
    ],
)
def test_what_is_no_number_is_told_in_its_unit_with_a_number_that_would_do(limits, sentence):
    read = read_answer(make(Kind.NUMBER, **limits), "many")

    assert [wrong.message for wrong in read.problems] == [sentence]
