"""Every topic says why it is in and why it is out, be it answers, facts, marks or risks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract_clauses.loader import shipped_library
from contract_clauses.rules.depths import advised
from contract_clauses.rules.library import Depth
from contract_clauses.rules.selection import ALWAYS_WORDS, Ground, choose_clauses, sentence
from question_bank.loader import shipped_bank
from tests.covering_bids import FACTS, covering_bids, situation

TOPICS = shipped_library().topics
NO_TO_ALL = {
    name: "no" for name, given in FACTS.items() if given == "yes"
} | {"availability_matters": "no", "place_based": "no", "value": "50000"}  # fmt: skip
FIVES = dict.fromkeys(shipped_bank().questions, 5)


def nothing_declared(**known):
    """Return what is known of a bid that no question brings anything into."""
    known = {"marks": FIVES, "risks": frozenset(), "parts": {}} | known
    return situation({}, NO_TO_ALL, **known)


def chosen(topic, found):
    [choice] = [c for c in choose_clauses(shipped_library(), found) if c.topic.id == topic]
    return choice


def ways(node):
    """Return (topic, value, what the topic says of it) for each member of an ‘any’ of that kind."""
    return [
        (topic.id, value, reason.says)
        for topic in TOPICS.values()
        for reason in topic.reasons
        if reason.condition.node == node
        for value in _values(reason.condition)
    ]


def _values(condition):
    subject = condition.subject
    return list(subject) if isinstance(subject, list | tuple | set | frozenset) else [subject]


def test_there_are_thirty_topics():
    assert list(TOPICS) == [f"C{number:02}" for number in range(1, 31)]


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_each_topic_says_why_it_is_out(topic):
    choice = chosen(topic, nothing_declared())

    if TOPICS[topic].included_when.node == "always":
        assert (choice.included, choice.ground, choice.words) == (True, Ground.ALWAYS, ALWAYS_WORDS)
    else:
        assert (choice.included, choice.ground) == (False, Ground.NOT_MET)
        assert choice.words == TOPICS[topic].otherwise != ""


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_each_topic_says_in_its_own_words_why_it_is_in(topic):
    if TOPICS[topic].included_when.node == "always":
        return
    says = [reason.says for reason in TOPICS[topic].reasons]

    found = [chosen(topic, bid) for bid in covering_bids().values()]
    met = [choice for choice in found if choice.ground is Ground.MET]

    assert met != []
    for choice in met:
        assert any(
            words in choice.words or sentence(words).strip(".") in choice.words for words in says
        )
        assert choice.words.endswith(".")


@pytest.mark.parametrize(("topic", "risk", "says"), ways("risk"))
def test_a_risk_alone_brings_a_topic_in_and_is_named(topic, risk, says):
    choice = chosen(topic, nothing_declared(risks=frozenset([risk])))

    assert (choice.included, choice.ground) == (True, Ground.MET)
    assert choice.words.lower().startswith(says.lower())


@pytest.mark.parametrize(("topic", "question", "says"), ways("mark"))
def test_a_mark_alone_brings_a_topic_in_and_names_the_question(topic, question, says):
    choice = chosen(topic, nothing_declared(marks=FIVES | {question: 1}))

    assert (choice.included, choice.ground) == (True, Ground.MET)
    assert choice.words == sentence(f"{says} ({question})")


@pytest.mark.parametrize("topic", sorted({topic for topic, _, _ in ways("risk")}))
def test_before_the_risks_are_worked_out_a_topic_stays_in_and_says_what_is_not_known(topic):
    choice = chosen(topic, nothing_declared(known=frozenset({"flags", "marks"})))

    assert (choice.included, choice.ground) == (True, Ground.NOT_KNOWN)
    assert choice.words.startswith("Not known: ")
    assert choice.words.endswith("It is kept in; an officer may exclude it.")


def test_before_the_marks_are_agreed_a_topic_that_rests_on_one_stays_in():
    for topic, question, _ in ways("mark"):
        without = {name: mark for name, mark in FIVES.items() if name != question}

        choice = chosen(topic, replace(nothing_declared(), marks=without))

        assert (choice.included, choice.ground) == (True, Ground.NOT_KNOWN)
        assert question in choice.sources


@pytest.mark.parametrize(
    ("facts", "depth", "because"),
    [
        ({}, Depth.STANDARD, "nothing known calls for more or less"),
        ({"above_threshold": "no"}, Depth.SHORT, "the contract is below the procurement threshold"),
        ({"value": "5000000"}, Depth.STANDARD, "nothing known calls for more or less"),
        ({"value": "5000000.01"}, Depth.ENHANCED, "the contract is worth more than £5 million"),
        (
            {"personal_data": "yes", "public_space_devices": "yes", "above_threshold": "no"},
            Depth.ENHANCED,
            "devices in public spaces handle personal data",
        ),
        (
            {"personal_data": "yes", "ai": "yes"},
            Depth.ENHANCED,
            "an algorithmic tool uses personal data",
        ),
        ({"value": "a lot"}, Depth.STANDARD, "nothing known calls for more or less"),
    ],
)
def test_the_facts_speak_for_a_depth_and_say_why(facts, depth, because):
    found = advised(facts)

    assert (found.depth, found.because) == (depth, (because,))
