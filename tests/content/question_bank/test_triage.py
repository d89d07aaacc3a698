"""Whatever an officer answers, the shipped triage proposes a questionnaire that can be asked."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.loader import CONTENT, read_yaml, shipped_bank, shipped_packs
from question_bank.rules.knock_outs import deciding_parts, knock_outs
from question_bank.rules.packs import chosen_question, weight_problems
from question_bank.rules.questions import PartClass
from question_bank.rules.reading import ContentError
from question_bank.rules.triage import propose, read_triage, references
from question_bank.triage import problems_with, shipped_triage
from tenders.law import shipped_law
from tenders.rules.findings import Urgency
from tenders.rules.lint import lint
from tenders.rules.plan import plan_from_pack, problems_of, questionnaire_of_plan

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TRIAGE = shipped_triage()
EDITION = SimpleNamespace(bank=shipped_bank(), packs=shipped_packs())
ANSWERS = st.fixed_dictionaries(
    {
        question.id: st.sampled_from([None, *(option.value for option in question.options)])
        for question in TRIAGE.questions
    }
)
# What Markdown would make something else of: pages show reasons letter by letter.
MARKED = re.compile(r"[*_`#\n]|\]\(")
# A small purchase of low risk; each test changes what it is about.
SMALL = {
    "space": "none",
    "senses": "no",
    "personal": "no",
    "hosting": "uk",
    "connects": "no",
    "algorithms": "no",
    "vital": "little",
    "value": "small",
    "sites": "no",
    "sensitive": "no",
    "london": "no",
    "open": "no",
}


def proposal(**changes):
    return propose(TRIAGE, SMALL | changes, EDITION)


def asked(found):
    return {entry.id: entry for _, entry in found.pack.questions()}


def share(found, question):
    return next(s.weight * q.weight for s, q in found.pack.questions() if q.id == question)


@settings(max_examples=300, deadline=None)
@given(ANSWERS)
def test_any_answers_give_a_pack_whose_weights_sum_to_a_hundred(answers):
    found = propose(TRIAGE, answers, EDITION)

    assert weight_problems(found.pack) == []
    assert sum(section.weight for section in found.pack.sections) == 100
    plan = plan_from_pack("any", found.raw_pack, reasons=found.plan_reasons(), triage=answers)
    assert list(problems_of(questionnaire_of_plan(EDITION.bank, plan))) == []


@settings(max_examples=60, deadline=None)
@given(ANSWERS)
def test_nothing_proposed_needs_mending_before_it_is_published(answers):
    found = propose(TRIAGE, answers, EDITION)
    plan = plan_from_pack("any", found.raw_pack)
    asked_for = questionnaire_of_plan(EDITION.bank, plan)

    stops = lint(asked_for, found.facts, shipped_law(), moment=NOW, closes_at=None)

    assert [finding.message for finding in stops if finding.urgency is Urgency.MUST] == []


@settings(max_examples=300, deadline=None)
@given(ANSWERS)
def test_whatever_is_answered_what_bids_can_fail_by_is_asked(answers):
    entries = asked(propose(TRIAGE, answers, EDITION))

    for question in EDITION.bank.questions.values():
        if question.id.startswith("SLP-") and knock_outs(question):
            parts = {part.id for part in chosen_question(EDITION.bank, entries[question.id]).parts}
            assert set(deciding_parts(question)) <= parts


@settings(max_examples=200, deadline=None)
@given(ANSWERS)
def test_everything_proposed_has_a_reason_that_reads_as_a_sentence(answers):
    found = propose(TRIAGE, answers, EDITION)
    sections = {f"section:{section.id}" for section in found.pack.sections}
    known = {"pack", *sections, *(f"question:{name}" for name in asked(found))}

    assert found.reasons_for("pack") != ()
    assert {f"fact:{name}" for name in found.facts} == {
        reason.about for reason in found.reasons if reason.about.startswith("fact:")
    }
    assert {entry["about"] for entry in found.plan_reasons()} <= known
    for reason in found.reasons:
        assert reason.says[0].isupper()
        assert reason.says.endswith(".")
        assert reason.source
    assert all(left.says.endswith(".") for left in found.left_out)


@settings(max_examples=100, deadline=None)
@given(ANSWERS)
def test_the_same_answers_propose_the_same(answers):
    assert propose(TRIAGE, answers, EDITION) == propose(TRIAGE, dict(answers), EDITION)


def test_every_rule_names_only_what_the_bank_has():
    assert problems_with(EDITION.bank) == []
    assert {rule.add for rule in TRIAGE.rules if rule.add} == {"pan-london", "algorithmic-tools"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pack": "slp-ful"}, "‘slp-ful’ is not among ‘packs’; did you mean ‘slp-full’?"),
        (
            {"add": {"pack": "pan-londn"}},
            "there is no pack ‘pan-londn’; did you mean ‘pan-london’?",
        ),
        ({"only": ["SLP-99"]}, "there is no question ‘SLP-99’"),
        ({"leaves_out": ["nothing"]}, "there is no question or pack ‘nothing’"),
        ({"ask": [{"question": "SLP-11", "parts": ["SLP-11.z"]}]}, "SLP-11 has no part SLP-11.z"),
        ({"facts": {"pace_based": "yes"}}, "there is no tender fact ‘pace_based’"),
        ({"facts": {"ai": "perhaps"}}, "‘perhaps’ is no value of the tender fact ‘ai’"),
    ],
    ids=["base pack", "further pack", "question", "left out", "part", "fact", "value"],
)
def test_a_rule_that_names_what_is_not_there_is_found(change, sentence):
    raw = read_yaml(CONTENT / "triage.yml")
    raw["rules"][0].update(change)

    [found] = references.problems(read_triage(raw), EDITION.bank, EDITION.packs)

    assert found.startswith(f"triage, devices-in-public: {sentence}")


def test_a_small_purchase_of_low_risk_is_asked_the_essentials():
    found = proposal()

    assert found.pack.id == "slp-essential"
    assert found.reasons_for("pack")[0].says.startswith("Nothing you answered makes this")
    assert found.effort.working_days == 5


@pytest.mark.parametrize(
    ("changes", "pack"),
    [
        ({"space": "public", "senses": "no"}, "slp-essential"),
        ({"space": "public", "senses": "no", "value": "below"}, "slp-full"),
        ({"space": "public", "senses": "unsure"}, "sensors-in-public-space"),
        ({"space": "public", "senses": "yes", "value": "above"}, "sensors-in-public-space"),
        ({"space": "buildings", "senses": "yes"}, "slp-full"),
        ({"personal": "yes"}, "slp-full"),
        ({"connects": "network"}, "slp-full"),
        ({"vital": "harm"}, "slp-full"),
        ({"value": "above"}, "slp-full"),
        ({"algorithms": "affects"}, "slp-full"),
        ({"sensitive": "yes"}, "slp-full"),
    ],
    ids=lambda value: value if isinstance(value, str) else ", ".join(value.values()),
)
def test_the_pack_to_begin_with_follows_from_what_is_bought(changes, pack):
    assert proposal(**changes).pack.id == pack


def test_without_devices_only_the_promises_about_sensors_stay_and_earn_no_marks():
    entry = asked(proposal())["SLP-14"]

    assert entry.parts == ("SLP-14.a", "SLP-14.b", "SLP-14.c")
    assert (entry.weight, entry.assessed) == (0, PartClass.REQUIREMENT)


def test_a_vital_service_makes_recovery_count_more():
    ordinary, vital = proposal(personal="yes", vital="service"), proposal(vital="harm")

    assert share(vital, "SLP-07") > share(ordinary, "SLP-07")
    assert [reason.effect for reason in vital.reasons_for("question:SLP-07")] == ["counts more"]


def test_data_that_passes_brings_the_interface_in_beside_open_access():
    found = proposal(connects="data")
    section = next(s for s, entry in found.pack.questions() if entry.id == "SLP-11")

    assert [entry.id for entry in section.questions] == ["SLP-04", "SLP-11"]
    assert [reason.effect for reason in found.reasons_for("question:SLP-11")] == [
        "asked in addition"
    ]


def test_yes_stands_where_two_answers_differ_about_a_fact():
    found = proposal(space="public", senses="yes", personal="no")

    assert found.facts["personal_data"] == "yes"
    assert len(found.reasons_for("fact:personal_data")) == 1


@pytest.mark.parametrize(
    ("answer", "pack"), [("london", "pan-london"), ("algorithms", "algorithmic-tools")]
)
def test_an_edition_without_a_pack_says_so(answer, pack):
    older = SimpleNamespace(
        bank=EDITION.bank,
        packs={name: found for name, found in EDITION.packs.items() if name in TRIAGE.packs},
    )
    chosen = {"london": "yes", "algorithms": "affects"}[answer]

    found = propose(TRIAGE, SMALL | {answer: chosen}, older)

    assert [left.what for left in found.left_out if "edition" in left.says] == [
        f"The questions of ‘{pack}’"
    ]


def test_what_is_left_out_says_why():
    found = proposal(personal="yes")

    assert {left.what: left.says for left in found.left_out}["SLP-11 Data API"] == (
        "It connects to no council system and makes no data for others, so nothing depends on its "
        "interface."
    )


def test_how_long_a_supplier_needs_is_said_with_its_basis():
    everything = propose(
        TRIAGE, SMALL | {"value": "above", "open": "yes", "space": "buildings"}, EDITION
    )

    assert everything.effort.minutes == 715
    assert everything.effort.words == (
        "A supplier that answers for the first time needs about 12 hours of work. Give at least 9 "
        "working days."
    )
    assert "not measured" in everything.effort.basis


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"when": {"spase": ["public"]}}, "there is no question ‘spase’; did you mean ‘space’?"),
        (
            {"when": {"space": ["publik"]}},
            "‘publik’ is no answer to ‘space’; did you mean ‘public’?",
        ),
        ({"times": {"SLP-01": 0}}, "SLP-01 needs a number above 0"),
        ({"assess": {"SLP-01": "scoredd"}}, "‘scoredd’ is not a class; did you mean ‘scored’?"),
        ({"fact": {}}, "‘fact’ is not a known key; did you mean ‘facts’?"),
        ({"add": {"pack": "pan-london", "share": 100}}, "‘share’ is at least 0 and below 100"),
    ],
    ids=["question", "answer", "times", "class", "key", "share"],
)
def test_a_slip_in_a_rule_is_refused_with_its_remedy(change, sentence):
    raw = read_yaml(CONTENT / "triage.yml")
    raw["rules"][0].update(change)

    with pytest.raises(ContentError) as refused:
        read_triage(raw)

    assert str(refused.value).splitlines()[0].endswith(sentence)


@settings(max_examples=25)
@given(ANSWERS)
def test_reasons_are_plain_sentences_without_marks_of_markdown(answers):
    proposal = propose(TRIAGE, answers, EDITION)

    told = [text for r in proposal.reasons for text in (r.says, r.source)]
    told += [text for left in proposal.left_out for text in (left.what, left.says)]
    assert [text for text in told if MARKED.search(text)] == []
