"""Whatever an answer file holds, it is read or gets lines; and what is read can be assessed."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from contract_clauses.loader import shipped_library
from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.answer_file import FILE_KEYS, FORMAT, mistakes_and_answers
from records.rules.assessment import SupplierAnswers, assess
from records.rules.json_text import NotReadable, one_line, read_json
from records.rules.tender_file import TenderFile
from tenders.rules.questionnaire import choose

QUESTIONNAIRE = choose(shipped_bank(), shipped_packs()["slp-full"])
PARTS = sorted(QUESTIONNAIRE.parts)

SIMPLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(alphabet=st.characters(), max_size=20),
    st.sampled_from(["yes", "no", "yes-with-exception", "4h", "2026-01-01", "GB", "offline"]),
)
ANYTHING = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
ENVELOPES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys((*FILE_KEYS, "anwsers"), ANYTHING)
) | st.fixed_dictionaries(
    {
        "format": st.just(FORMAT),
        "pack": st.just("slp-full"),
        "supplier": st.fixed_dictionaries({"name": SIMPLE}, optional={"address": ANYTHING}),
        "answers": st.dictionaries(st.sampled_from(PARTS) | st.text(max_size=9), ANYTHING),
    }
)


@settings(max_examples=60)
@given(ENVELOPES)
def test_any_file_is_read_or_gets_printable_lines(content):
    # A surrogate, NaN or half a kilobyte of brackets is refused before anything is interpreted.
    try:
        read = read_json(json.dumps(content).encode())
    except NotReadable:
        return

    mistakes, found = mistakes_and_answers(
        read, QUESTIONNAIRE.parts, pack="slp-full", bank_version=QUESTIONNAIRE.bank.version
    )

    assert all(one_line(mistake).isprintable() for mistake in mistakes)
    assert set(found.answers) <= set(PARTS)


@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from(PARTS), ANYTHING, max_size=30))
def test_whatever_was_read_without_a_mistake_can_be_assessed(answers):
    content = {
        "format": FORMAT,
        "pack": "slp-full",
        "supplier": {"name": "Any Ltd"},
        "answers": answers,
    }
    _, found = mistakes_and_answers(
        content, QUESTIONNAIRE.parts, pack="slp-full", bank_version=QUESTIONNAIRE.bank.version
    )
    supplier = SupplierAnswers("Any Ltd", found.answers)

    result = assess(QUESTIONNAIRE, shipped_library(), TenderFile(), [supplier], on=date(2026, 1, 1))

    assert result.bids[0].evaluation.quality.total is not None
