"""How a clause reads before there is any bid."""

from contract_clauses.rules.draft_terms import bracketed
from tests.rules.contract_clauses.small import library_of, raw_topic


def test_a_sentence_begins_with_a_capital_whatever_stands_there():
    library = library_of(raw_topic())
    topic = library.topics["C50"]

    said = [
        bracketed(text, topic, library)
        for text in (
            "It ends. {clause:C50} goes on, see {clause:C50}.",
            "{annex:none} states it. See {annex:none}.",
        )
    ]

    assert said == [
        "It ends. Clause “Small topic” goes on, see clause “Small topic”.",
        "Annex “none” states it. See annex “none”.",
    ]
