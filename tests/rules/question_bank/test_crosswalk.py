"""Which question tests which control: the version is never lost on the way."""

from __future__ import annotations

from question_bank.rules.crosswalk import answered_at, controls_of, coverage
from question_bank.rules.reading.frameworks import in_order, read_framework
from tests.rules.question_bank.builders import framework_written, question

OLD = framework_written(
    "code-1.0",
    groups=[{"title": "G", "controls": {"A1": "Know", "A2": "Assure", "A9": "Forget"}}],
    successor="code-2.0",
    replaced={"A2": {"by": "A3", "note": "Moved"}, "A9": {"note": "Dropped"}},
)
NEW = framework_written(
    "code-2.0",
    groups=[{"title": "G", "controls": {"A1": "Know", "A2": "Watch", "A3": "Assure"}}],
)
HELP_ONLY = framework_written("charter", answered_by=["Q-02", "Q-01.a"])
FRAMEWORKS = in_order(read_framework(entry) for entry in (OLD, NEW, HELP_ONLY))


def questions_testing(questions, framework_id, frameworks=FRAMEWORKS):
    found = {each.framework.id: each for each in coverage(questions, frameworks)}[framework_id]
    return {control.id: names for control, names in found.tested}


def without_question(questions, framework_id):
    found = {each.framework.id: each for each in coverage(questions, FRAMEWORKS)}[framework_id]
    return [control.id for control in found.untested]


def test_each_control_is_tested_by_the_questions_that_name_it_or_by_none():
    questions = [
        question("Q-01", controls={"code-2.0": ("A3", "A1")}),
        question("Q-02", controls={"code-2.0": ("A1",)}),
    ]

    assert questions_testing(questions, "code-2.0") == {"A1": ("Q-01", "Q-02"), "A3": ("Q-01",)}
    assert without_question(questions, "code-2.0") == ["A2"]


def test_what_is_tested_of_an_older_version_follows_the_meaning_not_the_id():
    assures = [question("Q-01", controls={"code-2.0": ("A3",)})]
    watches = [question("Q-02", controls={"code-2.0": ("A2",)})]

    assert questions_testing(assures, "code-1.0") == {"A2": ("Q-01",)}
    assert questions_testing(watches, "code-1.0") == {}


def test_a_control_without_successor_is_tested_only_by_a_question_that_names_its_version():
    everything = [question("Q-01", controls={"code-2.0": ("A1", "A2", "A3")})]
    named = [question("Q-02", controls={"code-1.0": ("A9",)})]

    assert without_question(everything, "code-1.0") == ["A9"]
    assert questions_testing(named, "code-1.0") == {"A9": ("Q-02",)}
    assert questions_testing(named, "code-2.0") == {}


def test_a_question_that_names_both_versions_is_counted_once():
    both = [question("Q-01", controls={"code-1.0": ("A1",), "code-2.0": ("A1",)})]

    assert questions_testing(both, "code-1.0") == {"A1": ("Q-01",)}


def test_a_control_can_say_itself_which_questions_test_it():
    guide = framework_written(
        "guide",
        groups=[
            {"title": "G", "controls": {"1": {"title": "Open", "tested_by": ["Q-02"]}, "2": "Shut"}}
        ],
    )
    frameworks = in_order([read_framework(guide)])

    tested = questions_testing([question("Q-01"), question("Q-02")], "guide", frameworks)

    assert tested == {"1": ("Q-02",)}


def test_frameworks_without_controls_have_no_coverage():
    assert [found.framework.id for found in coverage([], FRAMEWORKS)] == ["code-1.0", "code-2.0"]


def test_a_bank_frozen_before_there_were_frameworks_has_no_coverage():
    assert coverage([question("Q-01", controls={"code-2.0": ("A1",)})], {}) == ()


def test_an_older_version_alone_is_tested_by_nothing_it_is_not_named_by():
    alone = {name: each for name, each in FRAMEWORKS.items() if name != "code-2.0"}

    assert (
        questions_testing([question("Q-01", controls={"code-2.0": ("A3",)})], "code-1.0", alone)
        == {}
    )


def test_a_derived_control_says_through_which_newer_one():
    asked = question("Q-01", controls={"code-2.0": ("A3",)})

    found = {
        framework.id: [(mapped.control.id, mapped.through) for mapped in controls]
        for framework, controls in controls_of(asked, FRAMEWORKS)
    }

    assert found == {"code-1.0": [("A2", "A3")], "code-2.0": [("A3", "")]}


def test_a_framework_is_answered_where_questions_name_it_and_where_it_says():
    asked = [question("Q-01", controls={"code-2.0": ("A1",)}), question("Q-02")]

    assert answered_at(FRAMEWORKS["code-1.0"], asked, FRAMEWORKS) == ("Q-01",)
    assert answered_at(FRAMEWORKS["charter"], asked, FRAMEWORKS) == ("Q-02", "Q-01.a")
