import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_clauses.loader import shipped_library
from contract_clauses.rules.reading import read_library
from contract_clauses.rules.schedule import as_plain
from contract_clauses.rules.selection import OfficerChoice
from contract_clauses.rules.variables import OfficerValue
from contract_clauses.rules.wording import SegmentKind
from foundation.canonical import canonical_json
from question_bank.rules.questions import Kind
from tests.rules.contract_clauses.small import (
    library_of,
    questionnaire,
    raw_topic,
    schedule_of,
)

CANARY = "CANARY-7f3a"
FREE_TEXT = (Kind.NARRATIVE, Kind.SHORT_TEXT)


def operative_text(schedule):
    """Every word of the numbered clauses, as printed."""
    texts = []
    for clause in schedule.clauses:
        texts.append(clause.title)
        for paragraph in clause.paragraphs:
            groups = [paragraph.segments, *(item.segments for item in paragraph.items)]
            groups += [definition.segments for definition in paragraph.definitions]
            texts += [segment.text for segments in groups for segment in segments]
    return "\n".join(texts)


def test_interpretation_and_defined_terms_come_first_then_topics_in_order_without_a_gap():
    schedule = schedule_of()

    assert [clause.title for clause in schedule.clauses[:2]] == [
        "Interpretation and precedence",
        "Defined terms",
    ]
    assert [clause.number for clause in schedule.clauses] == list(
        range(1, len(schedule.clauses) + 1)
    )
    ids = [clause.id for clause in schedule.clauses[2:]]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="nothing known"),
        pytest.param(
            {"personal_data": "no", "field_devices": "no", "public_space_devices": "no"},
            id="no devices and no personal data",
        ),
        pytest.param({"personal_data": "yes", "field_devices": "yes", "ai": "yes"}, id="all of it"),
    ],
)
def test_every_topic_is_in_the_schedule_or_listed_with_why(facts):
    schedule = schedule_of(facts=facts)

    inside = [clause.id for clause in schedule.clauses if clause.id]
    outside = [topic.id for topic in schedule.excluded]
    assert sorted(inside + outside) == [f"C{number:02}" for number in range(1, 31)]
    assert [t.id for t in schedule.excluded if not t.because] == []
    assert [c.id for c in schedule.clauses if c.id and not c.because] == []


def test_references_carry_the_number_the_clause_has_in_this_schedule():
    library = library_of(
        raw_topic("C50", text=["The Supplier must follow {clause:C51}.", "{clause:C51} applies."]),
        raw_topic("C51"),
    )

    schedule = schedule_of(library=library)

    assert [p.text for p in schedule.clauses[2].paragraphs] == [
        "The Supplier must follow clause 4.",
        "Clause 4 applies.",
    ]


def test_a_reference_to_a_clause_left_out_is_a_bracket_to_be_settled():
    library = library_of(
        raw_topic("C50", text=["The Supplier must follow {clause:C51}."]), raw_topic("C51")
    )

    schedule = schedule_of(library=library, choices={"C51": OfficerChoice(False, "Not wanted")})

    assert schedule.clauses[2].paragraphs[0].segments[1].kind == SegmentKind.ABSENT
    assert [bracket.variable for bracket in schedule.brackets] == ["C51"]
    assert schedule.may_be_approved is False


def test_empty_variables_are_listed_until_an_officer_fills_them():
    variables = {"start": {"label": "the start", "kind": "date", "from": [{"fact": "award_date"}]}}
    library = library_of(raw_topic(variables=variables, text=["It starts on {start}."]))

    before = schedule_of(library=library)
    values = {("C50", "start"): OfficerValue("2027-04-01", "As agreed")}
    after = schedule_of(library=library, values=values)

    assert [(b.clause, b.variable, b.label) for b in before.brackets] == [
        ("C50", "start", "the start")
    ]
    assert after.brackets == ()
    assert after.clauses[2].paragraphs[0].text == "It starts on 1 April 2027."


def test_a_sub_clause_whose_condition_does_not_hold_is_left_out_and_the_rest_renumbered():
    text = [
        {"text": "First.", "when": {"fact": "ai", "is": "yes"}},
        "Second.",
    ]
    library = library_of(raw_topic(text=text))

    schedule = schedule_of(library=library, facts={"ai": "no"})

    clause = schedule.clauses[2]
    assert [(p.number, p.text) for p in clause.paragraphs] == [("3.1", "Second.")]
    assert [(left.text, left.words) for left in clause.left_out] == [
        ("First.", "The tender’s artificial intelligence is “No”.")
    ]


def test_only_the_terms_in_use_are_defined_and_those_their_meanings_use():
    library = library_of(
        raw_topic(text=["The Supplier must report Incidents."]),
        definitions={
            "Supplier": "who supplies",
            "Incident": "a harmful Event",
            "Event": "what happens",
            "Moon": "not needed",
        },
    )

    schedule = schedule_of(library=library)

    terms = [definition.term for definition in schedule.clauses[1].paragraphs[0].definitions]
    assert terms == ["Event", "Incident", "Supplier"]


def test_a_term_of_a_clause_left_out_is_still_defined_where_another_clause_uses_it():
    library = library_of(
        raw_topic("C50", text=["The Supplier must keep the Widget."]),
        raw_topic("C51", defines={"Widget": "a thing"}, text=["The Widget must work."]),
    )

    both = schedule_of(library=library)
    one = schedule_of(library=library, choices={"C51": OfficerChoice(False, "Not wanted")})

    def general(schedule):
        return [d.term for d in schedule.clauses[1].paragraphs[0].definitions]

    assert (general(both), general(one)) == (["Supplier"], ["Supplier", "Widget"])


def test_a_duty_carries_its_time_in_words():
    obligation = {
        "who": "supplier",
        "what": "Test",
        "every_months": "months",
        "evidence": "Report",
    }
    topic = raw_topic(
        variables={"months": {"label": "months", "kind": "months", "from": [{"default": 12}]}},
        text=[{"text": "Test every {months} months.", "obligation": obligation}],
    )

    [duty] = schedule_of(library=library_of(topic)).duties

    assert (duty.what, duty.when) == ("Test", "Every 12 months")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Report at least every {n} months.", "Report at least every 1 month."),
        ("Give {n} months' notice.", "Give 1 month's notice."),
        ("Reply within {n} Working Days.", "Reply within 1 Working Day."),
    ],
)
def test_the_unit_after_a_figure_of_one_is_singular(text, printed):
    variable = {"label": "n", "kind": "number", "from": [{"default": 1}]}
    topic = raw_topic(variables={"n": variable}, text=[text])

    [paragraph] = schedule_of(library=library_of(topic)).clauses[2].paragraphs

    assert paragraph.text == printed


def test_every_duty_is_listed_in_an_annex_with_its_sub_clause():
    schedule = schedule_of()

    [annex] = [annex for annex in schedule.annexes if annex.id == "obligations"]
    assert [row[0] for row in annex.rows] == [duty.place for duty in schedule.duties]
    assert [duty.place for duty in schedule.duties] == [
        paragraph.number
        for clause in schedule.clauses
        for paragraph in clause.paragraphs
        if paragraph.duty
    ]


def test_a_promise_due_by_the_start_of_the_contract_is_needed_before_go_live():
    rows = [
        {"theme": "P185-03", "status": "partly", "target_date": "2027-03-31"},
        {"theme": "P185-04", "status": "partly", "target_date": "2027-06-30"},
    ]

    schedule = schedule_of({"SLP-10.b": rows}, {"contract_start": "2027-04-01"})

    lines = [line.before for line in schedule.commitments if line.part == "SLP-10.b"]
    assert lines == ["Go-live", ""]


def test_a_promise_short_of_the_minimum_says_which_clause_applies_instead():
    answers = {"SLP-09.d": "2029-12-31", "SLP-14.a": {"answer": "yes-with-exception"}}
    facts = {"field_devices": "yes", "extension_end": "2032-03-31"}

    schedule = schedule_of(answers, facts)

    number = schedule.clause("C10").number
    promised = {line.part: (line.promise, line.due) for line in schedule.commitments}
    assert promised["SLP-09.d"] == (
        "Give security updates for every Device and all software. "
        f"The Council requires more: clause {number} applies instead",
        "Until 31 December 2029",
    )
    assert promised["SLP-14.a"] == (
        "Leave out or disable every feature that could capture people's faces. "
        "The Supplier stated an exception; it counts only so far as a clause allows it",
        "Throughout",
    )


def test_a_dated_promise_becomes_a_commitment_with_its_date():
    row = {"theme": "P185-03", "status": "partly", "target_date": "2027-03-31"}

    schedule = schedule_of({"SLP-10.b": [row]})

    [line] = [line for line in schedule.commitments if line.part == "SLP-10.b"]
    assert line.promise.startswith("Close the gap against PAS 185: ")
    assert line.due == "31 March 2027"


def test_the_trace_names_every_clause_with_its_reason_and_every_value_with_its_source():
    schedule = schedule_of()

    traced = {row.clause for row in schedule.trace if row.because}
    assert traced == {clause.id for clause in schedule.clauses if clause.id}
    assert [row for row in schedule.trace if row.variable and not row.source] == []


def test_the_same_answers_always_give_the_same_schedule():
    assert schedule_of() == schedule_of()


def test_a_library_frozen_and_thawed_gives_the_same_schedule():
    thawed = read_library(json.loads(canonical_json(shipped_library().raw)))

    assert schedule_of(library=thawed) == schedule_of()


def test_a_schedule_is_plain_enough_for_json():
    plain = json.loads(json.dumps(as_plain(schedule_of())))

    assert plain["library_fingerprint"] == shipped_library().fingerprint


def canaries():
    """An answer in words to every part and cell that takes free text, each marked."""
    answers = {}
    for part in questionnaire().parts.values():
        if part.kind in FREE_TEXT:
            answers[part.id] = CANARY
        elif part.kind is Kind.COMMITMENT:
            answers[part.id] = {"answer": "yes-with-exception", "exception": CANARY}
        elif part.schema is not None:
            row = {c.id: CANARY for c in part.schema.columns if c.kind in FREE_TEXT}
            answers[part.id] = [row] if part.kind is Kind.TABLE else row
    return answers


def test_no_free_text_of_a_supplier_reaches_an_operative_clause():
    schedule = schedule_of(canaries())

    assert CANARY not in operative_text(schedule)
    shown = [annex.id for annex in schedule.annexes if CANARY in str(annex.rows)]
    assert {"statements", "datasets", "encryption"} <= set(shown)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(questionnaire().parts)),
        st.one_of(st.none(), st.text(), st.integers(), st.lists(st.text()), st.just({"a": 1})),
    )
)
def test_no_answer_whatever_its_shape_stops_a_schedule(answers):
    schedule = schedule_of(answers)

    assert len(schedule.clauses) + len(schedule.excluded) == 32


def test_the_contract_says_of_a_decision_neither_who_took_it_nor_why():
    asked = raw_topic(
        variables={"start": {"label": "start", "kind": "date", "from": []}},
        text=["The Supplier must start on {start}."],
    )
    values = {("C50", "start"): OfficerValue("2027-04-01", "Private reason", "Ada Ferrer")}
    never = raw_topic("C51", included_when={"fact": "personal_data", "is": "yes"})
    wanted = OfficerChoice(True, "Private reason", "Ada Ferrer")
    unwanted = OfficerChoice(False, "Private reason", "Ada Ferrer")

    schedule = schedule_of(
        facts={"personal_data": "no"},
        library=library_of(asked, never, raw_topic("C52")),
        values=values,
        choices={"C51": wanted, "C52": unwanted},
    )

    assert schedule.clause("C50").variables[0].printed_source == "Entered by the Council."
    assert schedule.clause("C51").printed_because == "Included by decision of the Council."
    assert [topic.printed_because for topic in schedule.excluded] == [
        "Left out by decision of the Council."
    ]
    for annex in schedule.annexes:
        assert [row for row in annex.rows if "Ada Ferrer" in str(row)] == []
    # Its own people go on reading both.
    assert schedule.excluded[0].because.startswith("Excluded by Ada Ferrer: Private reason")
    assert schedule.trace[0].source == "Entered by Ada Ferrer: Private reason"
