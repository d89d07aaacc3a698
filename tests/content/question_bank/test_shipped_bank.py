"""The shipped bank, checked as a supplier, an officer and a lawyer would meet it."""

from __future__ import annotations

import copy
import re
from decimal import Decimal

import pytest

from question_bank import loader
from question_bank.commands import ids_ever_used
from question_bank.rules.integrity import problems_in
from question_bank.rules.questions import CLOSED, Severity
from question_bank.rules.reading import ContentError, read_bank
from tenders.rules.freezing import freeze, thaw
from tenders.rules.questionnaire import choose

BANK = loader.shipped_bank()
PACKS = loader.shipped_packs()
RAW = loader.raw_bank()

# The rows of the source's part tables: every one is asked as a part or covered by another.
REQUIREMENTS = {
    "SLP-01": "abcdefg",
    "SLP-02": "abcd",
    "SLP-03": "abcde",
    "SLP-04": "abcde",
    "SLP-05": "abcdefg",
    "SLP-06": "abcdef",
    "SLP-07": "abcdefghi",
    "SLP-08": "abcdefghijk",
    "SLP-09": "abcd",
    "SLP-10": "abc",
    "SLP-11": "abcde",
    "SLP-12": "abcdef",
    "SLP-13": "abcdefghi",
    "SLP-14": "abcdefgh",
}
TABLE_OWNERS = {
    "T1": "SLP-13.b",
    "T2": "SLP-12.c",
    "T3": "SLP-11.a",
    "T5": "SLP-07.i",
    "T6": "SLP-05.a",
    "T7": "SLP-10.b",
    "T8": "SLP-13.f2",
    "T9": "SLP-14.a2",
    "T10": "SLP-03.e",
    "T11": "SLP-06.c",
    "T12": "LON-03.a",
    "T13": "LON-04.b",
    "T14": "LON-05.b",
    "T15": "ALG-01.b",
    "T16": "ALG-03.a",
}
# Packs that ask for information only.
UNSCORED = {"pan-london"}
# The source's weights: SLP-02 and SLP-03 are passed or failed.
WEIGHTS = dict(
    zip(sorted(REQUIREMENTS), [8, 0, 0, 6, 8, 10, 10, 11, 4, 6, 8, 9, 10, 10], strict=True)
)


def test_there_is_nothing_to_mend():
    assert problems_in(BANK, PACKS, ids_ever_used(), ()) == []


@pytest.mark.parametrize("question_id", REQUIREMENTS)
def test_every_requirement_of_the_source_is_asked_or_covered(question_id):
    question = BANK.questions[question_id]
    have = {part.id for part in question.parts} | {covered.id for covered in question.covered_by}

    lacking = {f"{question_id}.{letter}" for letter in REQUIREMENTS[question_id]} - have

    assert lacking == set()


def test_each_table_is_owned_by_the_part_that_the_interface_names():
    owners = {
        part.schema.id: part.id for part in BANK.all_parts() if part.schema and part.kind == "table"
    }

    assert owners == TABLE_OWNERS


def test_the_twenty_themes_are_the_rows_of_the_conformity_table():
    part = BANK.parts["SLP-10.b"]

    assert [theme for theme, _ in part.fixed_rows] == [f"P185-{n:02}" for n in range(1, 21)]


def test_the_risk_library_is_complete():
    assert sorted(BANK.risks) == [f"R{number:02}" for number in range(1, 42)]


@pytest.mark.parametrize("part", list(BANK.all_parts()), ids=lambda part: part.id)
def test_every_option_of_every_closed_part_has_an_outcome(part):
    if part.kind in CLOSED:
        assert all(option.ceiling is not None for option in part.options)


@pytest.mark.parametrize("pack", list(PACKS.values()), ids=lambda pack: pack.id)
def test_a_packs_weights_sum_exactly_to_a_hundred_or_to_nothing(pack):
    questionnaire = choose(BANK, pack)

    scored = 0 if pack.id in UNSCORED else 100
    assert sum(asked.share_of_quality for asked in questionnaire.questions) == Decimal(scored)


def test_the_full_pack_weighs_questions_as_suggested():
    questionnaire = choose(BANK, PACKS["slp-full"])

    shares = {asked.id: asked.share_of_quality for asked in questionnaire.questions}

    assert {key: round(share) for key, share in shares.items()} == WEIGHTS
    assert all(abs(share - WEIGHTS[key]) < Decimal("0.01") for key, share in shares.items())


def test_the_essential_pack_is_a_fraction_of_the_work_and_keeps_every_knock_out():
    full, essential = choose(BANK, PACKS["slp-full"]), choose(BANK, PACKS["slp-essential"])

    def knock_outs(questionnaire):
        rules = {
            outcome.rule
            for part in questionnaire.parts.values()
            for outcome in part.outcomes
            if outcome.flag and outcome.flag.severity is Severity.KNOCK_OUT
        }
        return rules | {q.id for q in questionnaire.bare_questions if q.pass_when}

    assert len(essential.parts) <= len(full.parts) * 0.4
    assert knock_outs(essential) == knock_outs(full)


@pytest.mark.parametrize("pack", list(PACKS.values()), ids=lambda pack: pack.id)
def test_a_frozen_questionnaire_thaws_to_the_same_meaning(pack):
    raw_pack = loader.read_yaml(loader.PACKS / f"{pack.id}.yml")

    thawed = thaw(freeze(BANK, pack, raw_pack, terms={}, libraries={}))

    assert thawed.sections == choose(BANK, pack).sections
    assert thawed.bank.checks == BANK.checks


# --- the checks can fail: one mistake each ----------------------------------------------------


def spoiled(change):
    raw = copy.deepcopy(dict(RAW))
    change({question["id"]: question for question in raw["questions"]}, raw)
    return raw


def part_of(questions, part_id):
    parts = questions[part_id.partition(".")[0]]["parts"]
    return next(part for part in parts if part["id"] == part_id)


def set_in_part(part_id, key, value):
    return lambda questions, _raw: part_of(questions, part_id).__setitem__(key, value)


def drop_ceiling(questions, _raw):
    del part_of(questions, "SLP-07.f")["options"][0]["ceiling"]


def unknown_risk(questions, _raw):
    part_of(questions, "SLP-07.f")["options"][2]["flag"]["risks"] = ["R99"]


def no_risk(questions, _raw):
    part_of(questions, "SLP-07.f")["options"][2]["flag"]["risks"] = []


def without_level(questions, _raw):
    del questions["SLP-07"]["levels"]["3"]


def twice_the_id(questions, _raw):
    part_of(questions, "SLP-07.h")["id"] = "SLP-07.a"


def html_in_why(questions, _raw):
    questions["SLP-07"]["why"] = "<b>Because</b>"


def unreachable(questions, raw):
    raw["risks"].append({**raw["risks"][0], "id": "R99"})


def condition_on_nothing(questions, _raw):
    part_of(questions, "SLP-07.a")["shown_when"] = {"part": "SLP-07.zz", "is": "x"}


def wrong_option(questions, _raw):
    part_of(questions, "SLP-07.h")["shown_when"] = {"part": "SLP-07.f", "is": "on-the-moon"}


def wrong_operator(questions, _raw):
    part_of(questions, "SLP-07.h")["shown_when"] = {"part": "SLP-07.f", "more_than": 3}


def later_part(questions, _raw):
    part_of(questions, "SLP-07.a")["shown_when"] = {"part": "SLP-07.f", "is": "offline"}


def missing_fact(questions, _raw):
    part_of(questions, "SLP-07.h")["shown_when"] = {"fact": "moon_phase", "is": "full"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (drop_ceiling, "SLP-07.f, offline: every option says its ceiling, 0 to 5"),
        (unknown_risk, "SLP-07.f:online-replica: R99 is not in the risk library"),
        (no_risk, "SLP-07.f:online-replica: a flag names at least one risk"),
        (without_level, "SLP-07: level 3 has no descriptor"),
        (twice_the_id, "SLP-07.a: this id is given 2 times; every id is used once"),
        (
            twice_the_id,
            "SLP-07.h: this id was used before and is gone; ids are permanent, bring it back",
        ),
        (html_in_why, "SLP-07: HTML is not shown; write plain words"),
        (unreachable, "R99: no answer, check or low mark raises this risk"),
        (unreachable, "R99: this id is new; add it with ‘flask bank check --accept-new-ids’"),
        (condition_on_nothing, "SLP-07.a, shown_when: SLP-07.zz is not a part"),
        (wrong_option, "SLP-07.h, shown_when: SLP-07.f is never ‘on-the-moon’"),
        (
            wrong_operator,
            "SLP-07.h, shown_when: ‘more_than’ needs a number, money or duration; "
            "SLP-07.f is choice",
        ),
        (later_part, "SLP-07.a: shown_when reads SLP-07.f, which is not asked before it"),
        (missing_fact, "SLP-07.h, shown_when: tender.moon_phase is not a tender fact"),
        (
            set_in_part("SLP-07.a", "ask", "x" * 300),
            "SLP-07.a: the ask has 300 characters; its place holds 220",
        ),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_mistake_in_the_bank_is_named_with_its_remedy(change, sentence):
    problems = problems_in(read_bank(spoiled(change)), PACKS, ids_ever_used(), ())

    assert sentence in problems


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("evidnce", "x", "SLP-07.a: ‘evidnce’ is not a known key; did you mean ‘evidence’?"),
        (
            "kind",
            "narative",
            "SLP-07.a: ‘narative’ is not a kind of part; did you mean ‘narrative’?",
        ),
        ("label", "", "SLP-07.a: ‘label’ is missing"),
    ],
)
def test_a_misspelt_key_is_named_with_its_remedy(key, value, sentence):
    with pytest.raises(ContentError, match=re.escape(sentence)):
        read_bank(spoiled(set_in_part("SLP-07.a", key, value)))


def test_a_packs_weights_that_do_not_sum_are_named():
    raw = loader.read_yaml(loader.PACKS / "slp-full.yml")
    raw["sections"][0]["weight"] = "13"
    packs = {**PACKS, "slp-full": loader.read_pack(raw)}

    problems = problems_in(BANK, packs, ids_ever_used(), ())

    assert problems == ["slp-full: the sections' weights sum to 101, not 100"]
