from contract_clauses.loader import problems_with, raw_library, shipped_library
from contract_clauses.rules.reading import read_library
from foundation.canonical import canonical_json, sha256_hex
from question_bank.loader import shipped_bank
from question_bank.rules.integrity.references import every_flag


def test_the_shipped_library_has_nothing_to_mend():
    assert problems_with(shipped_bank()) == []


def test_all_thirty_topics_are_there():
    assert list(shipped_library().topics) == [f"C{number:02}" for number in range(1, 31)]


def test_every_topic_has_a_drafting_note_and_at_least_four_sub_clauses():
    short = [t.id for t in shipped_library().topics.values() if not t.note or len(t.text) < 4]

    assert short == []


def test_the_library_can_be_frozen_and_hashed_like_the_questionnaire():
    raw = raw_library()

    assert read_library(raw).fingerprint == sha256_hex(canonical_json(raw))


def test_every_clause_a_red_flag_points_at_is_in_the_library():
    expected = {clause for _, flag in every_flag(shipped_bank()) for clause in flag.clauses}

    assert expected - set(shipped_library().topics) == set()
