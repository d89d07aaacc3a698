"""A questionnaire freezes to plain values with one written form, and thaws to the same."""

import json

import pytest

from foundation.canonical import canonical_json
from question_bank.loader import newest_edition, shipped_bank, shipped_packs
from question_bank.rules.outcomes import situation_among, situation_of
from tenders import planned
from tenders.loader import raw_packs
from tenders.rules.freezing import freeze, frozen_text, thaw
from tenders.rules.questionnaire import choose
from tests.bids_drawn import FACTS, drawn_bids
from tests.synthetic import large_plan

PACKS = sorted(shipped_packs())


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_shipped_pack_thaws_to_what_was_chosen(pack_id):
    bank, pack = shipped_bank(), shipped_packs()[pack_id]
    frozen = freeze(bank, pack, raw_packs()[pack_id], terms={"ties": "shared rank"}, libraries={})

    thawed = thaw(json.loads(canonical_json(frozen)))

    chosen = choose(bank, pack)
    assert (thawed.title, thawed.pack_id) == (chosen.title, chosen.pack_id)
    assert thawed.sections == chosen.sections
    assert thawed.bank.schemas == bank.schemas
    assert thawed.bank.risks == bank.risks
    assert thawed.terms == {"ties": "shared rank"}


def test_freezing_twice_gives_the_same_text():
    bank, pack, raw = shipped_bank(), shipped_packs()["slp-full"], raw_packs()["slp-full"]

    first, second = (
        canonical_json(freeze(bank, pack, raw, terms={}, libraries={"clauses": {"C01": 1}}))
        for _ in range(2)
    )

    assert first == second


@pytest.mark.parametrize("pack_id", PACKS)
def test_what_is_written_piece_by_piece_is_what_is_frozen(pack_id):
    asked = planned.of_pack(newest_edition().version, pack_id)
    terms, libraries = {"quality_weight": 60, "least": 2.5}, {"clauses": {"C01": 1}, "a": []}

    text = frozen_text(
        bank=asked.bank_text,
        pack=asked.pack_text,
        terms=terms,
        libraries=canonical_json(libraries),
    )

    bank, raw = asked.questionnaire.bank, asked.plan["pack"]
    whole = freeze(bank, asked.pack, raw, terms=terms, libraries=libraries)
    assert text == canonical_json(whole)


def test_only_the_questions_and_parts_asked_are_frozen():
    bank, pack = shipped_bank(), shipped_packs()["slp-essential"]

    frozen = freeze(bank, pack, raw_packs()["slp-essential"], terms={}, libraries={})

    parts = [part["id"] for entry in frozen["bank"]["questions"] for part in entry["parts"]]
    asked = [part.id for question in choose(bank, pack).bare_questions for part in question.parts]
    assert sorted(parts) == sorted(asked)


@pytest.mark.parametrize("pack_id", PACKS)
def test_what_decides_of_a_question_alone_asks_the_parts_the_whole_bid_does(pack_id):
    asked = choose(shipped_bank(), shipped_packs()[pack_id])
    hidden = 0

    for answers in drawn_bids(asked, 20):
        whole = situation_of(asked.bare_questions, answers, FACTS, asked.fact_specs)
        for question in asked.bare_questions:
            behind = asked.parts_behind(question.id)
            read = {part.id: answers[part.id] for part in behind if part.id in answers}
            alone = situation_among(behind, read, FACTS, asked.fact_specs, asked.every_part)
            shown = [part.id for part in question.parts if part.id in alone.parts]
            assert shown == [part.id for part in question.parts if part.id in whole.parts]
            hidden += len(question.parts) - len(shown)

    assert hidden


def test_parts_of_earlier_questions_that_decide_stand_behind_a_question():
    plan = large_plan(10, 2)
    # Its first part is asked after an answer that is itself asked only after another.
    plan["questions"][2]["parts"][0]["shown_when"] = {"part": "SYN-002.b", "is": "daily"}
    asked = planned.read(plan).questionnaire

    behind = [part.id for part in asked.parts_behind("SYN-003")]

    assert set(behind) == {"SYN-002.a", "SYN-002.b", "SYN-003.a", "SYN-003.b"}
    assert behind == [name for name in asked.parts if name in behind]
    assert [part.id for part in asked.parts_behind("SYN-004")] == ["SYN-004.a", "SYN-004.b"]
