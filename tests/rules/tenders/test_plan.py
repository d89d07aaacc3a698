"""A plan is changed by pure functions; what it means is a questionnaire that freezes and thaws."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.canonical import canonical_json
from question_bank.loader import editions, newest_edition
from question_bank.rules.packs import read_pack
from question_bank.rules.questions import PartClass
from question_bank.rules.reading import ContentError
from tenders.rules import plan as plans
from tenders.rules.freezing import freeze, thaw
from tenders.rules.plan import PlanError

EDITION = newest_edition()
BANK = EDITION.bank


def own_question(question_id="HOL-01", **changes):
    """A question of an authority's own, in the form of the bank."""
    raw = deepcopy(next(q for q in BANK.raw["questions"] if q["id"] == "SLP-02"))
    text = json.dumps(raw).replace("SLP-02", question_id)
    return {**json.loads(text), "topic": "own", **changes}


def essential():
    return plans.plan_from_pack(EDITION.version, EDITION.raw_packs["slp-essential"])


def asked_ids(plan):
    return [entry["id"] for entry in plans.entries_of(plan)]


def section_ids(plan):
    return [section["id"] for section in plans.sections_of(plan)]


def problems(plan):
    return list(plans.problems_of(plans.questionnaire_of_plan(BANK, plan)))


@pytest.mark.parametrize("pack_id", sorted(EDITION.raw_packs))
def test_the_plan_of_a_pack_asks_what_the_pack_asks(pack_id):
    plan = plans.plan_from_pack(editions()[-1], EDITION.raw_packs[pack_id])

    questionnaire = plans.questionnaire_of_plan(BANK, plan)

    pack = EDITION.packs[pack_id]
    assert [(q.id, q.weight) for q in questionnaire.questions] == [
        (q.id, q.weight) for _, q in pack.questions()
    ]
    assert questionnaire.bank is BANK


def test_a_pack_as_it_is_has_no_problems():
    assert problems(essential()) == []


def test_own_questions_are_copied_with_the_plan_if_the_pack_asks_them():
    raw = deepcopy(EDITION.raw_packs["slp-essential"])
    raw["sections"][0]["questions"].append({"id": "HOL-01", "weight": 0})

    plan = plans.plan_from_pack(EDITION.version, raw, [own_question(), own_question("HOL-02")])

    assert [question["id"] for question in plan["questions"]] == ["HOL-01"]
    assert plans.questionnaire_of_plan(BANK, plan).question("HOL-01").question.topic == "own"


def test_an_own_question_stands_among_the_questions_of_what_is_frozen():
    plan = plans.add_question(essential(), "openness", "HOL-01", own=own_question())
    questionnaire = plans.questionnaire_of_plan(BANK, plan)

    frozen = freeze(
        questionnaire.bank, read_pack(plan["pack"]), plan["pack"], terms={}, libraries={}
    )

    thawed = thaw(json.loads(canonical_json(frozen)))
    assert thawed.sections == questionnaire.sections
    assert canonical_json(frozen) == canonical_json(json.loads(canonical_json(frozen)))


def test_an_own_question_cannot_take_the_place_of_one_of_the_bank():
    plan = essential()
    plan["questions"].append(own_question("SLP-02"))

    with pytest.raises(ContentError, match="The bank has a question SLP-02 already"):
        plans.questionnaire_of_plan(BANK, plan)


def test_a_change_leaves_the_plan_it_was_given_alone():
    plan = essential()
    before = canonical_json(plan)

    plans.move_question(plans.add_section(plan, "Own"), "SLP-02", to_section="own")

    assert canonical_json(plan) == before


def test_a_section_gets_an_id_from_its_name_that_no_other_has():
    plan = plans.add_section(plans.add_section(essential(), "Security!"), "Größe & Ort")

    assert section_ids(plan)[-2:] == ["security-2", "gr-e-ort"]


@pytest.mark.parametrize(
    ("title", "message"),
    [
        pytest.param(" ", "Enter the name of the section", id="none"),
        pytest.param("x" * 101, "Enter 100 characters or fewer", id="long"),
        pytest.param(
            "open ACCESS to data", "Enter another name: a section has this one", id="taken"
        ),
    ],
)
def test_a_section_needs_a_name_of_its_own(title, message):
    with pytest.raises(PlanError) as refused:
        plans.add_section(essential(), title)

    assert (str(refused.value), refused.value.field) == (message, "title")


def test_a_section_keeps_its_id_when_it_is_renamed():
    plan = plans.rename_section(essential(), "openness", "Openness")

    section = plans.section_in(plan, "openness")
    assert section["title"] == "Openness"


def test_a_section_moves_and_stops_at_the_end():
    plan = essential()
    first, second = section_ids(plan)[:2]

    assert section_ids(plans.move_section(plan, first, 1))[:2] == [second, first]
    assert plans.move_section(plan, first, -1) == plan


def test_removing_a_section_removes_its_questions_and_the_copies_of_own_ones():
    plan = plans.add_question(essential(), "openness", "HOL-01", own=own_question())

    plan = plans.remove_section(plan, "openness")

    assert "HOL-01" not in asked_ids(plan)
    assert plan["questions"] == []


def test_the_last_section_stays():
    plan = essential()
    for section_id in section_ids(plan)[1:]:
        plan = plans.remove_section(plan, section_id)

    with pytest.raises(PlanError, match="You cannot remove the only section"):
        plans.remove_section(plan, section_ids(plan)[0])


def test_a_question_is_asked_once():
    with pytest.raises(PlanError, match="SLP-01 is asked already"):
        plans.add_question(essential(), "openness", "SLP-01")


def test_a_question_moves_within_its_section_and_to_another():
    plan = plans.move_question(essential(), "SLP-02", by=-1)
    assert asked_ids(plan)[:2] == ["SLP-02", "SLP-01"]

    plan = plans.move_question(plan, "SLP-02", to_section="openness")
    assert plans.section_with(plan, "SLP-02")["id"] == "openness"


def test_a_question_that_is_not_marked_has_neither_weight_nor_least_mark():
    plan = plans.set_assessment(essential(), "SLP-04", PartClass.INFORMATION)

    assert plans.entry_of(plan, "SLP-04")["weight"] == 0
    with pytest.raises(PlanError) as refused:
        plans.set_weights(plan, questions={"SLP-04": Decimal(5)})
    assert refused.value.field == "weight-SLP-04"
    with pytest.raises(PlanError) as refused:
        plans.set_assessment(plan, "SLP-04", PartClass.REQUIREMENT, 3)
    assert refused.value.field == "threshold"


def test_a_class_and_a_least_mark_reach_the_questionnaire():
    plan = plans.set_assessment(essential(), "SLP-04", PartClass.SCORED, 3)

    asked = plans.questionnaire_of_plan(BANK, plan).question("SLP-04")
    assert (asked.assessed_as, asked.threshold, asked.is_scored) == (PartClass.SCORED, 3, True)


def test_what_has_a_weight_and_is_for_information_is_not_scored_and_is_a_problem():
    plan = plans.set_assessment(essential(), "SLP-04", PartClass.INFORMATION)
    plans.entry_of(plan, "SLP-04")["weight"] = 100

    assert plans.questionnaire_of_plan(BANK, plan).question("SLP-04").is_scored is False
    assert [problem.split(" has ")[1][:8] for problem in problems(plan)] == ["a weight"]


def test_parts_are_chosen_at_least_one():
    plan = plans.set_parts(essential(), "SLP-01", ["SLP-01.a"])

    questionnaire = plans.questionnaire_of_plan(BANK, plan)
    assert [part.id for part in questionnaire.question("SLP-01").question.parts] == ["SLP-01.a"]
    with pytest.raises(PlanError, match="Select at least one part"):
        plans.set_parts(plan, "SLP-01", [])


def test_a_reason_replaces_what_its_author_said_and_leaves_what_others_said():
    plan = plans.add_reason(essential(), "question:SLP-01", "You said: personal data", by="triage")
    plan = plans.add_reason(plan, "question:SLP-01", "We asked\nlast time")
    plan = plans.add_reason(plan, "question:SLP-01", "It matters")

    assert plans.reasons_about(plan, "question:SLP-01") == [
        {"about": "question:SLP-01", "says": "You said: personal data", "by": "triage"},
        {"about": "question:SLP-01", "says": "It matters", "by": "officer"},
    ]
    assert len(plans.add_reason(plan, "question:SLP-01", " ")["reasons"]) == 1


def test_the_reason_for_a_question_outlives_the_question():
    plan = plans.add_reason(essential(), "question:SLP-01", "Personal data", by="triage")

    plan = plans.remove_question(plan, "SLP-01")

    assert len(plans.reasons_about(plan, "question:SLP-01")) == 1


@pytest.mark.parametrize("weight", ["-1", "100.01", "33.333"])
def test_a_weight_is_a_percentage_with_two_places(weight):
    with pytest.raises(PlanError) as refused:
        plans.set_weights(essential(), sections={"openness": Decimal(weight)})

    assert refused.value.field == "section-openness"


def test_weights_that_do_not_sum_to_100_are_named():
    plan = plans.set_weights(
        essential(), sections={"openness": Decimal("9.5")}, questions={"SLP-01": Decimal(60)}
    )

    assert problems(plan) == [
        "Change the weights of the sections: they sum to 99.5, not 100",
        "Change the weights of the questions in ‘Data protection and rights in data’: "
        "they sum to 90, not 100",
    ]


def test_a_questionnaire_in_which_nothing_is_marked_needs_no_weights():
    plan = essential()
    plan = plans.set_weights(plan, sections=dict.fromkeys(section_ids(plan), Decimal(0)))
    for question_id in asked_ids(plan):
        plan = plans.set_assessment(plan, question_id, PartClass.INFORMATION)

    assert problems(plan) == []


@given(
    st.dictionaries(
        st.sampled_from("abcdefghij"),
        st.none() | st.decimals(0, 12, places=2),
        min_size=1,
    )
)
def test_what_is_shared_evenly_sums_to_100_exactly(given_weights):
    if None not in given_weights.values():
        given_weights["z"] = None

    shared = plans.shared_evenly(given_weights)

    assert sum(shared.values()) == 100
    empty = [shared[name] for name, weight in given_weights.items() if weight is None]
    assert max(empty) - min(empty) <= Decimal("0.01")
    assert all(shared[name] == w for name, w in given_weights.items() if w is not None)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        pytest.param({"a": Decimal(100), "b": None}, "Nothing is left to share", id="full"),
        pytest.param({"a": Decimal(40)}, "Empty the weights", id="none empty"),
    ],
)
def test_nothing_to_share_is_said(weights, message):
    with pytest.raises(PlanError, match=message):
        plans.shared_evenly(weights)


CHANGES = st.sampled_from(
    [
        lambda plan: plans.add_section(plan, f"Section {len(section_ids(plan))}"),
        lambda plan: plans.move_section(plan, section_ids(plan)[0], 1),
        lambda plan: plans.move_question(plan, asked_ids(plan)[0], by=1),
        lambda plan: plans.move_question(
            plan, asked_ids(plan)[-1], to_section=section_ids(plan)[0]
        ),
        lambda plan: plans.remove_question(plan, asked_ids(plan)[len(asked_ids(plan)) // 2]),
        lambda plan: plans.set_assessment(plan, asked_ids(plan)[0], PartClass.REQUIREMENT),
        lambda plan: plans.add_reason(plan, f"question:{asked_ids(plan)[0]}", "Because"),
    ]
)


@given(st.lists(CHANGES, max_size=6))
def test_whatever_is_changed_a_plan_has_one_written_form_and_can_be_asked(changes):
    plan = essential()
    for change in changes:
        plan = change(plan)

    text = canonical_json(plan)

    assert canonical_json(json.loads(text)) == text
    questionnaire = plans.questionnaire_of_plan(BANK, plan)
    assert [asked.id for asked in questionnaire.questions] == asked_ids(plan)


@pytest.mark.parametrize(
    ("question_id", "assessed"),
    [("SLP-01", PartClass.SCORED), ("SLP-02", PartClass.REQUIREMENT)],
)
def test_a_question_added_is_assessed_as_its_parts_are(question_id, assessed):
    assert plans.natural_class(BANK.questions[question_id]) is assessed
