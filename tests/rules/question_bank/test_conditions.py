"""Conditions decide what is asked, flagged and contracted: true, false, or honestly unknown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.grammar import ConditionError, read_condition
from question_bank.rules.conditions.verdict import Truth
from question_bank.rules.questions import Kind
from tests.rules.question_bank.builders import PARTS, condition, part, situation

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
ROWS = [{"name": "Cloud Ltd", "country": "GB", "rto": "8h"}, {"name": "Other", "country": "FR"}]


def truth(entry, answers=None, facts=None, **more):
    return evaluate(condition(entry), situation(answers, facts, **more)).truth


@pytest.mark.parametrize(
    ("entry", "answers", "expected"),
    [
        pytest.param({"part": "Q.one", "is": "a"}, {"Q.one": "a"}, TRUE, id="is"),
        pytest.param({"part": "Q.one", "is": "a"}, {"Q.one": "b"}, FALSE, id="is another"),
        pytest.param({"part": "Q.one", "is": "a"}, {}, UNKNOWN, id="is, unanswered"),
        pytest.param({"part": "Q.one", "is_not": "a"}, {}, UNKNOWN, id="is not, unanswered"),
        pytest.param({"not": {"part": "Q.one", "is": "a"}}, {}, UNKNOWN, id="not of unknown"),
        pytest.param({"part": "Q.one", "in": ["a", "b"]}, {"Q.one": "b"}, TRUE, id="in"),
        pytest.param({"part": "Q.one", "not_in": ["a"]}, {"Q.one": "b"}, TRUE, id="not in"),
        pytest.param(
            {"part": "Q.yes", "is": "yes"},
            {"Q.yes": {"answer": "yes-with-exception", "exception": "x"}},
            FALSE,
            id="an exception is never an unqualified yes",
        ),
        pytest.param({"part": "Q.many", "has": "a"}, {"Q.many": ["a", "b"]}, TRUE, id="has"),
        pytest.param({"part": "Q.many", "has_any": ["c", "b"]}, {"Q.many": ["b"]}, TRUE, id="any"),
        pytest.param({"part": "Q.many", "lacks": "c"}, {"Q.many": ["a"]}, TRUE, id="lacks"),
        pytest.param(
            {"part": "Q.many", "lacks_any": ["a", "b"]}, {"Q.many": ["a"]}, TRUE, id="lacks any"
        ),
        pytest.param(
            {"part": "Q.many", "lacks_any": ["a"]}, {"Q.many": ["a", "b"]}, FALSE, id="lacks none"
        ),
        pytest.param({"part": "Q.number", "more_than": 2}, {"Q.number": "2.5"}, TRUE, id="more"),
        pytest.param({"part": "Q.number", "at_most": 2}, {"Q.number": "2.5"}, FALSE, id="at most"),
        pytest.param({"part": "Q.time", "more_than": "90min"}, {"Q.time": "2h"}, TRUE, id="time"),
        pytest.param({"part": "Q.time", "more_than": 24}, {"Q.time": "25h"}, TRUE, id="hours"),
        pytest.param(
            {"part": "Q.date", "before": "2026-01-01"}, {"Q.date": "2025-12-31"}, TRUE, id="before"
        ),
        pytest.param({"missing": "Q.date"}, {}, TRUE, id="missing"),
        pytest.param({"missing": "Q.date"}, {"Q.date": "2025-12-31"}, FALSE, id="not missing"),
        pytest.param({"missing": "Q.gone"}, {}, UNKNOWN, id="missing but never asked"),
        pytest.param({"answered": ["Q.gone", "Q.one"]}, {"Q.one": "a"}, TRUE, id="answered"),
        pytest.param({"rows": "Q.table", "at_most": 0}, {}, TRUE, id="an empty table"),
        pytest.param({"rows": "Q.other", "at_most": 0}, {}, UNKNOWN, id="a table to come"),
        pytest.param({"rows": "Q.table", "at_least": 2}, {"Q.table": ROWS}, TRUE, id="rows"),
        pytest.param(
            {"any_row": "Q.table", "where": {"column": "country", "is": "FR"}},
            {"Q.table": ROWS},
            TRUE,
            id="any row",
        ),
        pytest.param(
            {"every_row": "Q.table", "where": {"column": "country", "is": "GB"}},
            {"Q.table": ROWS},
            FALSE,
            id="every row",
        ),
        pytest.param(
            {"any_row": "Q.table", "where": {"column": "rto", "more_than": "9h"}},
            {"Q.table": ROWS},
            UNKNOWN,
            id="an empty cell leaves any_row unknown",
        ),
        pytest.param(
            {"any_row": "Q.table", "where": {"missing": "rto"}}, {"Q.table": ROWS}, TRUE, id="empty"
        ),
        pytest.param(
            {"missing": "Q.record", "column": "rto"}, {"Q.record": {"name": "x"}}, TRUE, id="cell"
        ),
        pytest.param({"missing": "Q.record", "column": "rto"}, {}, UNKNOWN, id="no record"),
        pytest.param(
            {
                "names": [{"part": "Q.table", "column": "name"}],
                "absent_from": [{"part": "Q.other", "column": "name"}],
            },
            {"Q.table": [{"name": "CLOUD  Limited"}], "Q.other": ROWS},
            FALSE,
            id="names ignore case, spaces and Ltd",
        ),
        pytest.param(
            {
                "names": [{"part": "Q.table", "column": "name"}],
                "absent_from": [{"part": "Q.other", "column": "name"}],
            },
            {"Q.table": [{"name": "Hidden Hosting"}], "Q.other": ROWS},
            TRUE,
            id="a name the register lacks",
        ),
        pytest.param(
            {
                "coverage": {
                    "of": {"part": "Q.table", "column": "name"},
                    "by": {"part": "Q.other", "column": "name"},
                },
                "less_than": 51,
            },
            {"Q.table": ROWS, "Q.other": ROWS[:1]},
            TRUE,
            id="coverage of one in two",
        ),
    ],
)
def test_a_condition_on_answers(entry, answers, expected):
    assert truth(entry, answers) is expected


def test_a_rule_whose_tender_fact_is_missing_is_unknown_and_says_which():
    entry = {"part": "Q.time", "more_than": "tender.target_rto"}

    verdict = evaluate(condition(entry), situation({"Q.time": "8h"}))

    assert verdict.truth is UNKNOWN
    assert verdict.sources == ("Q.time", "tender.target_rto")


def test_a_rule_about_rows_whose_tender_fact_is_missing_says_which():
    entry = {"any_row": "Q.table", "where": {"column": "rto", "more_than": "tender.target_rto"}}

    verdict = evaluate(condition(entry), situation({"Q.table": ROWS[:1]}))

    assert verdict.truth is UNKNOWN
    assert verdict.sources == ("Q.table", "tender.target_rto")


def test_a_name_may_stand_in_a_record():
    entry = {
        "names": [{"part": "Q.record", "column": "name"}],
        "absent_from": [{"part": "Q.text"}],
    }

    assert truth(entry, {"Q.record": {"name": "Host Ltd"}, "Q.text": "Bidder"}) is TRUE
    assert truth(entry, {"Q.record": {"name": "Bidder Ltd"}, "Q.text": "Bidder"}) is FALSE


NAMES = [{"part": "Q.table", "column": "name"}]
ABSENT_FROM = [{"part": "Q.other", "column": "name"}, {"part": "Q.text"}, {"part": "Q.host"}]
NAMED = {"Q.table": [{"name": "Host Ltd"}]}
HOST = part("Q.host", Kind.SHORT_TEXT)


@pytest.mark.parametrize(
    ("asked", "answers", "expected"),
    [
        pytest.param("other text host", {}, UNKNOWN, id="no list is answered yet"),
        pytest.param("other text host", {"Q.other": ROWS}, UNKNOWN, id="one is still to come"),
        pytest.param("other text host", {"Q.host": "Us"}, UNKNOWN, id="the table is to come"),
        pytest.param(
            "other text host",
            {"Q.other": ROWS, "Q.host": "Us"},
            TRUE,
            id="an optional is empty",
        ),
        pytest.param(
            "other text host", {"Q.host": "HOST"}, FALSE, id="found already, whatever is to come"
        ),
        pytest.param("text host", {"Q.host": "Us"}, TRUE, id="a list that was not asked"),
        pytest.param("text", {}, TRUE, id="the one list asked is optional and empty"),
        pytest.param("", {}, UNKNOWN, id="none of the lists was asked"),
    ],
)
def test_a_name_is_absent_only_once_every_list_that_must_be_answered_is(asked, answers, expected):
    names = {"Q.table", *(f"Q.{name}" for name in asked.split())}
    parts = {key: value for key, value in {**PARTS, "Q.host": HOST}.items() if key in names}
    entry = {"names": NAMES, "absent_from": ABSENT_FROM}

    assert truth(entry, {**NAMED, **answers}, parts=parts) is expected


def test_names_are_all_found_only_once_every_list_of_them_that_must_be_answered_is():
    entry = {"names": [*NAMES, {"part": "Q.host"}], "absent_from": [{"part": "Q.text"}]}
    parts = {**PARTS, "Q.host": HOST}

    assert truth(entry, {**NAMED, "Q.text": "Host"}, parts=parts) is UNKNOWN
    assert truth(entry, {**NAMED, "Q.text": "Host", "Q.host": "Host"}, parts=parts) is FALSE


@pytest.mark.parametrize(("target", "expected"), [("4h", TRUE), ("8h", FALSE), ("1d", FALSE)])
def test_an_answer_is_compared_with_the_tender(target, expected):
    entry = {"part": "Q.time", "more_than": "tender.target_rto"}

    assert truth(entry, {"Q.time": "8h"}, {"target_rto": target}) is expected


@pytest.mark.parametrize(
    ("tested", "expected"),
    [
        pytest.param("2025-05-30", FALSE, id="exactly eighteen months"),
        pytest.param("2025-05-29", TRUE, id="a day more"),
    ],
)
def test_older_than_counts_calendar_months(tested, expected):
    entry = {"part": "Q.date", "older_than": {"months": 18, "before": "tender.closes_at"}}

    assert truth(entry, {"Q.date": tested}, {"closes_at": "2026-11-30"}) is expected


def test_a_part_that_is_not_asked_is_unknown_whatever_an_old_answer_says():
    parts = {key: value for key, value in PARTS.items() if key != "Q.one"}

    assert truth({"part": "Q.one", "is": "a"}, {"Q.one": "a"}, parts=parts) is UNKNOWN


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"prat": "Q.one", "is": "a"},
            "here: ‘prat’ is not a kind of condition; did you mean ‘part’?",
        ),
        ({"part": "Q.one", "iss": "a"}, "here: ‘iss’ cannot stand here; did you mean ‘is’?"),
        ({"any": []}, "here: ‘any’ needs a list of conditions"),
        (
            {"all": [{"part": "A", "is": 1}], "any": []},
            "here: write one of ‘all’, ‘any’, not several",
        ),
        ({"column": "x", "is": "a"}, "here: ‘column’ cannot stand outside ‘where’"),
        ({"fact": "value", "is": True}, 'here: write "yes" or "no" in quotes, not True'),
        ([], "here: a condition is a mapping such as"),
        ({"part": ["Q.one"], "is": "a"}, "here: ‘part’ needs one id, as text"),
        ({"part": "Q.one", "column": 3, "is": "a"}, "here: ‘column’ needs one id, as text"),
        ({"part": "Q.one", "is": ["a", "b"]}, "here: ‘is’ takes one value"),
        ({"part": "Q.one", "is": {"a": "b"}}, "here: ‘is’ takes one value"),
        ({"part": "Q.one", "in": "a"}, "here: ‘in’ takes a list, or a tender fact"),
        ({"part": "Q.one", "in": [True]}, 'here: write "yes" or "no" in quotes, not True'),
        (
            {"part": "Q.many", "lacks": ["a", "b"]},
            "here: ‘lacks’ takes one value; for a list there is ‘lacks_any’",
        ),
        ({"part": "Q.many", "lacks_any": "a"}, "here: ‘lacks_any’ takes a list"),
        ({"part": "Q.many", "has": {"a": 1}}, "here: ‘has’ takes a value or a list of values"),
        (
            {"rows": "Q.table", "is": 0},
            "here: ‘rows’ is counted: compare it with one of more_than, less_than, at_least",
        ),
        ({"rows": "Q.table", "more_than": "many"}, "here: ‘more_than’ needs a number here"),
        (
            {"part": "Q.date", "older_than": {"month": 18, "before": "tender.closes_at"}},
            "here, older_than: ‘month’ cannot stand here; did you mean ‘months’?",
        ),
        (
            {"part": "Q.date", "older_than": {"months": "many", "before": "tender.closes_at"}},
            "here, older_than: ‘months’ is a whole number, at most 1200",
        ),
        (
            {"part": "Q.date", "older_than": {"months": 18, "before": "soon"}},
            "here, older_than: ‘before’ is a tender fact or a date, such as 2026-03-27",
        ),
        ({"part": "Q.date", "older_than": 18}, "here, older_than: write {months: 12, before:"),
        (
            {"names": [{"part": "A", "colum": "x"}], "absent_from": [{"part": "B"}]},
            "here, names: ‘colum’ cannot stand here; did you mean ‘column’?",
        ),
        ({"names": [], "absent_from": []}, "here: ‘names’ and ‘absent_from’ need lists"),
        ({"coverage": "A", "more_than": 50}, "here: ‘coverage’ needs ‘of’ and ‘by’"),
        (
            {"coverage": {"of": {"part": "A"}, "by": {"part": "B"}}, "more_than": 50},
            "here, of: ‘column’ needs one id, as text",
        ),
        ({"flag": []}, "here: ‘flag’ needs an id or a list of ids"),
        ({"missing": ["A"], "column": "x"}, "here: ‘missing’ needs one id, as text"),
        ({"any_row": {}, "where": {"column": "x", "is": "a"}}, "here: ‘any_row’ needs one id"),
    ],
)
def test_a_malformed_condition_is_refused_with_a_remedy(entry, message):
    with pytest.raises(ConditionError) as refusal:
        read_condition(entry, "here")

    assert str(refusal.value).startswith(message)


# --- properties ------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
CELLS = st.dictionaries(
    st.sampled_from(["name", "country", "rto", "charge", "kept"]), JSON, max_size=4
)
SENSIBLE = {
    "Q.yes": st.sampled_from([{"answer": "yes"}, {"answer": "no", "exception": "x"}]),
    "Q.one": st.sampled_from("abc"),
    "Q.many": st.lists(st.sampled_from("abc"), unique=True),
    "Q.number": st.integers(0, 100).map(str),
    "Q.time": st.integers(0, 100).map(lambda hours: f"{hours}h"),
    "Q.date": st.dates().map(str),
    "Q.table": st.lists(CELLS, max_size=3),
}
ANSWERS = st.dictionaries(
    st.sampled_from(sorted(PARTS)), JSON | st.one_of(*SENSIBLE.values()), max_size=len(PARTS)
)
LEAVES = st.one_of(
    st.builds(
        lambda p, v: {"part": p, "is": v},
        st.sampled_from(["Q.one", "Q.yes"]),
        st.sampled_from(["a", "yes"]),
    ),
    st.builds(
        lambda v: {"part": "Q.many", "lacks_any": v}, st.lists(st.sampled_from("abc"), min_size=1)
    ),
    st.builds(lambda n: {"part": "Q.number", "more_than": n}, st.integers(0, 50)),
    st.just({"part": "Q.time", "more_than": "tender.target_rto"}),
    st.just({"part": "Q.date", "older_than": {"months": 12, "before": "tender.closes_at"}}),
    st.builds(lambda p: {"missing": p}, st.sampled_from(sorted(PARTS))),
    st.builds(lambda p: {"answered": p}, st.sampled_from(sorted(PARTS))),
    st.just({"any_row": "Q.table", "where": {"column": "charge", "more_than": 0}}),
    st.just(
        {
            "every_row": "Q.table",
            "where": {"any": [{"column": "country", "is": "GB"}, {"missing": "rto"}]},
        }
    ),
    st.just({"rows": "Q.table", "more_than": 0}),
    st.just(
        {"names": [{"part": "Q.table", "column": "name"}], "absent_from": [{"part": "Q.text"}]}
    ),
    st.just(
        {
            "coverage": {
                "of": {"part": "Q.table", "column": "name"},
                "by": {"part": "Q.other", "column": "name"},
            },
            "less_than": 50,
        }
    ),
    st.just({"fact": "value", "more_than": 5000000}),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda c: {"all": c}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda c: {"any": c}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda c: {"not": c}, inner),
    ),
    max_leaves=5,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "target_rto": st.just("4h"),
        "closes_at": st.just("2026-11-30"),
        "value": st.just("6000000"),
    },
)


@given(CONDITIONS, ANSWERS, FACTS)
def test_deciding_never_raises_and_names_only_what_the_condition_reads(entry, answers, facts):
    decided = condition(entry)

    verdict = evaluate(decided, situation(answers, facts))

    readable = decided.parts() | {f"tender.{name}" for name in decided.facts()}
    assert set(verdict.sources) <= readable


@given(CONDITIONS, ANSWERS, ANSWERS, FACTS)
def test_the_parts_named_are_enough_to_reach_the_same_verdict(entry, answers, others, facts):
    decided = condition(entry)
    verdict = evaluate(decided, situation(answers, facts))
    named = set(verdict.sources)
    # Whatever else is answered, the parts the explanation names keep their answers.
    changed = {key: value for key, value in others.items() if key not in named}
    changed |= {key: value for key, value in answers.items() if key in named}

    again = evaluate(decided, situation(changed, facts))

    assert again.truth is verdict.truth


POSITIVE = st.recursive(
    LEAVES.filter(lambda leaf: "missing" not in json.dumps(leaf)),
    lambda inner: (
        st.builds(lambda c: {"all": c}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda c: {"any": c}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda c: {"not": c}, inner)
    ),
    max_leaves=4,
).filter(lambda entry: '"answered"' not in json.dumps(entry) and '"rows"' not in json.dumps(entry))


@given(POSITIVE)
def test_nothing_fires_on_an_empty_bid_unless_it_asks_for_what_is_missing(entry):
    required = {key: value for key, value in PARTS.items() if value.required}

    verdict = evaluate(condition(entry), situation({}, {}, parts=required))

    assert verdict.truth is not TRUE
