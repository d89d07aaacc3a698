"""A tender is published once, and what was asked stays as it was."""

import json

import pytest

from foundation.canonical import canonical_json, sha256_hex
from question_bank.loader import shipped_bank, shipped_packs
from tenders import queries
from tenders.rules.lifecycle import Stage
from tenders.rules.questionnaire import choose, thaw
from tests.factories import make_open_tender


@pytest.mark.both_databases
def test_publishing_freezes_the_questionnaire_under_its_fingerprint(app):
    tender = make_open_tender()

    text = queries.frozen_text(tender)

    assert tender.stage is Stage.OPEN
    assert tender.questionnaire_sha256 == sha256_hex(text)
    assert canonical_json(json.loads(text)) == text


def test_the_frozen_questionnaire_thaws_to_what_was_chosen(app):
    tender = make_open_tender()

    frozen = queries.questionnaire_of(tender)
    chosen = choose(shipped_bank(), shipped_packs()["slp-full"])

    assert frozen.sections == chosen.sections
    assert frozen.bank.risks == chosen.bank.risks
    assert frozen.bank.checks == chosen.bank.checks
    assert frozen.bank.facts == chosen.bank.facts
    assert frozen.bank.scale == chosen.bank.scale
    assert thaw(json.loads(queries.frozen_text(tender))).sections == chosen.sections
