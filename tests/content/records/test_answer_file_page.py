"""What docs/answer-file.md shows is accepted by the code it describes."""

import pytest

from question_bank.loader import shipped_bank
from question_bank.rules.answer_file import FORMAT, mistakes_and_answers
from question_bank.rules.answers import read_answer
from question_bank.rules.questions import Kind
from tooling.draw_answer_file import EXAMPLES, FACT_EXAMPLES, SUPPLIER

BANK = shipped_bank()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.kind.value)
def test_the_example_of_a_kind_is_a_value_of_that_kind(example):
    part = BANK.parts[example.id]

    assert part.kind is example.kind
    assert read_answer(part, example.value).problems == ()


@pytest.mark.parametrize("example", FACT_EXAMPLES, ids=lambda example: example.kind.value)
def test_the_example_of_a_fact_is_a_value_of_its_kind(example):
    spec = BANK.facts[example.id].spec

    assert spec.kind is example.kind
    assert read_answer(spec, example.value).problems == ()


def test_every_kind_of_answer_has_an_example():
    shown = {example.kind for example in (*EXAMPLES, *FACT_EXAMPLES)}

    assert set(Kind) - shown == {Kind.COUNTRY}  # a cell of the table's example


def test_the_small_example_is_an_answer_file_without_a_mistake():
    content = {
        "format": FORMAT,
        "pack": "slp-full",
        "supplier": SUPPLIER,
        "answers": {example.id: example.value for example in EXAMPLES},
    }

    mistakes, _ = mistakes_and_answers(
        content, BANK.parts, pack="slp-full", bank_version=BANK.version
    )

    assert mistakes == []
