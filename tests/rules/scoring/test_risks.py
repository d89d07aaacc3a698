from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.rules.conditions.verdict import Reading
from question_bank.rules.fired import Fired
from scoring.rules.matrix import Band, appetite_for, band, heat_map
from scoring.rules.risks import propose_risks
from tests.rules.scoring import small


def proposed(marks=None, **changed):
    return {entry.risk.id: entry for entry in small.evaluate(marks, **changed).risks}


def fired(rule, *risks, severity="red", sources=()):
    because = tuple(Reading(source, source) for source in sources or (rule,))
    return Fired(rule, because, flag=small.flag(severity, *risks), question="Q-7")


def test_the_best_answers_propose_no_risk():
    assert proposed() == {}


def test_a_red_flag_proposes_its_risk_with_the_rule_and_the_answer_behind_it():
    (entry,) = proposed(**{"Q-7.a": "online"}).values()

    assert (entry.risk.id, entry.likelihood, entry.impact, entry.score) == ("R10", 3, 4, 12)
    assert [(cause.rule, cause.severity, cause.words, cause.sources) for cause in entry.causes] == [
        ("Q-7.a:online", "red", "Q-7.a is “Online”", ("Q-7.a",))
    ]


def test_several_flags_make_one_row_and_raise_the_likelihood_by_one():
    found = proposed(**{"Q-7.a": "online", "Q-7.b": "untested"})

    assert {key: (entry.likelihood, len(entry.causes)) for key, entry in found.items()} == {
        "R09": (3, 1),
        "R10": (4, 2),
    }


def test_many_flags_still_raise_the_likelihood_by_one_in_all():
    flags = [fired(f"Q-7.{letter}:bad", "R10") for letter in "abcdef"]

    (entry,) = propose_risks(small.questionnaire(), flags, {})

    assert (entry.likelihood, len(entry.causes)) == (4, 6)


def test_two_flags_on_the_same_answer_say_one_thing_and_raise_nothing():
    flags = [
        fired("Q-7.a:online", "R10", sources=["Q-7.a"]),
        fired("X9", "R10", sources=["Q-7.a", "tender.closes_at"]),
    ]

    (entry,) = propose_risks(small.questionnaire(), flags, {})

    assert (entry.likelihood, len(entry.causes)) == (3, 2)


def test_the_likelihood_never_passes_five():
    flags = [fired("Q-4.a:paid", "R04"), fired("Q-4.b:paid", "R04")]

    (entry,) = propose_risks(small.questionnaire(), flags, {})

    assert entry.likelihood == 5


def test_a_flag_for_information_proposes_no_risk():
    assert proposed(**{"Q-8.a": "unknown"}) == {}


@pytest.mark.parametrize(("mark", "risks"), [(0, ["R09"]), (2, ["R09"]), (3, []), (5, [])])
def test_a_mark_of_two_or_lower_proposes_the_main_risk(mark, risks):
    assert list(proposed({"Q-7": mark})) == risks


def test_a_low_mark_is_named_as_the_cause_and_does_not_raise_the_likelihood():
    found = proposed({"Q-7": 2}, **{"Q-7.b": "untested"})

    assert [cause.rule for cause in found["R09"].causes] == ["Q-7.b:untested", "Q-7:low-mark"]
    assert found["R09"].likelihood == 3


def test_a_requirement_not_met_proposes_failure_and_the_main_risk():
    evaluation = small.evaluate(**{"Q-2.a": "no"})

    assert [(r.question_id, str(r.result)) for r in evaluation.requirements] == [("Q-2", "not met")]
    assert evaluation.fails[0].rules == ("Q-2:pass",)
    assert [entry.risk.id for entry in evaluation.risks] == ["R02"]


def test_an_unanswered_requirement_is_not_met():
    assert [str(r.result) for r in small.evaluate(**{"Q-2.a": None}).requirements] == ["not met"]


def test_the_conditions_of_clauses_see_flags_risks_and_marks():
    situation = small.evaluate({"Q-7": 2}, **{"Q-7.a": "online"}).situation

    assert dict(situation.flags) == {"Q-7.a:online": "red"}
    assert situation.risks == {"R09", "R10"}
    assert dict(situation.marks) == {"Q-7": 2}


def test_clauses_see_the_register_as_an_officer_left_it():
    evaluation = small.evaluate(**{"Q-7.a": "online"}).with_register(frozenset({"R37"}))

    assert evaluation.situation.risks == {"R37"}


@given(
    st.lists(
        st.builds(
            lambda rule, risks, severity: fired(rule, *risks, severity=severity),
            st.sampled_from(["Q-7.a:x", "Q-7.b:x", "Q-4.a:x", "X2"]),
            st.lists(st.sampled_from(list(small.RISKS)), min_size=1, max_size=3, unique=True),
            st.sampled_from(["knock-out", "red", "amber", "info"]),
        ),
        max_size=8,
    ),
    st.dictionaries(st.sampled_from(["Q-2", "Q-4", "Q-7", "Q-8"]), st.integers(0, 5)),
)
def test_one_row_a_risk_with_likelihood_at_most_one_above_the_library(flags, marks):
    rows = propose_risks(small.questionnaire(), flags, marks)

    assert [row.risk.id for row in rows] == sorted({row.risk.id for row in rows})
    for row in rows:
        assert 0 <= row.likelihood - row.risk.likelihood <= 1
        assert row.likelihood <= 5
        assert row.causes


@given(
    st.permutations([fired("Q-7.a:x", "R10"), fired("Q-7.b:x", "R09", "R10"), fired("X2", "R21")])
)
def test_the_order_of_flags_changes_no_rating(flags):
    rows = propose_risks(small.questionnaire(), flags, {})

    assert {row.risk.id: row.likelihood for row in rows} == {"R09": 3, "R10": 4, "R21": 3}


@pytest.mark.parametrize(
    ("score", "expected"),
    [(1, "low"), (4, "low"), (5, "medium"), (9, "medium"), (10, "high"), (14, "high"),
     (15, "very high"), (25, "very high")],
)  # fmt: skip
def test_bands_are_those_of_the_published_matrix(score, expected):
    assert band(score) is Band(expected)


@pytest.mark.parametrize(
    ("category", "line"), [("security", 6), ("information", 6), ("legal", 9), ("commercial", 9)]
)
def test_the_appetite_is_stricter_for_security_and_information(category, line):
    assert appetite_for(category) == line


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5))))
def test_the_heat_map_has_25_cells_and_counts_every_risk_once(placed):
    cells = heat_map(placed)

    assert len(cells) == 25
    assert sum(cells.values()) == len(placed)


def test_a_risk_reads_as_one_sentence():
    entry = replace(small.risk("R10"), cause="copies are reachable")

    assert entry.statement == (
        "Because copies are reachable, there is a risk that something happens, "
        "resulting in somebody suffers."
    )
