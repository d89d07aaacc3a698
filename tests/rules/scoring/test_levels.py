import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.evaluation import level_marks
from scoring.rules.levels import needs_reading
from tests.rules.scoring import small


def level(question="Q-7", **changed):
    return small.evaluate(**changed).levels[question]


def test_the_best_answers_suggest_the_top_of_the_scale_without_reasons():
    found = level()

    assert (found.level, found.is_upper_bound, found.reasons) == (5, False, ())


@pytest.mark.parametrize(
    ("copies", "test", "expected"),
    [
        ("offline", "tested", 5),
        ("offline", "untested", 3),
        ("online", "tested", 2),
        ("online", "untested", 2),
    ],
)
def test_the_lowest_ceiling_of_the_answers_is_the_level(copies, test, expected):
    assert level(**{"Q-7.a": copies, "Q-7.b": test}).level == expected


def test_each_reason_names_its_rule_and_the_answer_and_the_hardest_comes_first():
    found = level(**{"Q-7.a": "online", "Q-7.b": "untested"})

    assert [(reason.rule, reason.ceiling, reason.words) for reason in found.reasons] == [
        ("Q-7.a:online", 2, "Q-7.a is “Online”"),
        ("Q-7.b:untested", 3, "Q-7.b is “Untested”"),
    ]


def test_an_unread_narrative_makes_the_level_an_upper_bound():
    found = level(**{"Q-7.c": "We restore twice a year."})

    assert (found.words, found.unread) == ("at most 5", ("Q-7.c",))


def test_nothing_answered_suggests_zero_and_says_so():
    found = level(**{"Q-7.a": None, "Q-7.b": None})

    assert (found.level, found.is_upper_bound) == (0, False)
    assert [reason.words for reason in found.reasons] == ["Q-7 is not answered"]


def test_a_required_part_left_empty_holds_the_level_at_one():
    found = level(**{"Q-7.b": None})

    assert found.level == 1
    assert [reason.words for reason in found.reasons] == ["Q-7.b is not answered"]


def test_a_part_that_may_be_left_empty_does_not_lower_the_level():
    assert level(**{"Q-7.c": None}).level == 5


def test_a_narrative_for_information_needs_no_reading():
    part = small.narrative("Q-9.a", assessed=small.PartClass.INFORMATION)

    assert needs_reading(part) is False


def test_levels_stand_in_for_marks_when_a_total_is_labelled_highest_possible():
    evaluation = small.evaluate(**{"Q-7.a": "online"})

    marks = level_marks(small.questionnaire(), evaluation.levels)

    assert marks == {"Q-2": 5, "Q-7": 2, "Q-4": 5, "Q-8": 5}


OPTIONS = {
    "Q-2.a": ["yes", "no"],
    "Q-7.a": ["offline", "online"],
    "Q-7.b": ["tested", "untested"],
    "Q-4.a": ["free", "paid"],
    "Q-8.a": ["known", "unknown"],
}
ANSWERS = st.fixed_dictionaries(
    {part: st.sampled_from([*options, None, "", "neither"]) for part, options in OPTIONS.items()}
    | {"Q-7.c": st.one_of(st.none(), st.text())}
)


@given(ANSWERS)
def test_a_level_is_on_the_scale_and_its_reasons_bear_it_whatever_is_answered(answers):
    for found in small.evaluate(**answers).levels.values():
        assert 0 <= found.level <= 5
        assert found.level == min((reason.ceiling for reason in found.reasons), default=5)


@given(ANSWERS)
def test_adding_a_narrative_never_changes_a_level(answers):
    with_words = small.evaluate(**(answers | {"Q-7.a": "offline", "Q-7.c": "words"}))
    without = small.evaluate(**(answers | {"Q-7.a": "offline", "Q-7.c": None}))

    assert {key: found.level for key, found in with_words.levels.items()} == {
        key: found.level for key, found in without.levels.items()
    }
