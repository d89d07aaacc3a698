"""The check of the clauses finds each kind of mistake, and finds none in what is shipped."""

from __future__ import annotations

import copy

import pytest

from contract_clauses.loader import advice_on, conventions, problems_with, shipped_library
from contract_clauses.rules.integrity import (
    Act,
    Conventions,
    library_advice,
    library_problems,
    topic_problems,
)
from contract_clauses.rules.library import Depth
from contract_clauses.rules.reading import read_topic
from question_bank.loader import shipped_bank
from tests.rules.contract_clauses.small import library_of, raw_topic

BANK = shipped_bank()
KNOWN = Conventions(("Cyber Essentials", "Information Commissioner"), ())
DUTY = {"who": "supplier", "what": "Report the state", "evidence": "Report"}


def linted(known=KNOWN, **more):
    topic = raw_topic(**more)
    return topic_problems(read_topic(copy.deepcopy(topic)), library_of(topic), BANK, known)


def written(*texts, known=KNOWN, **more):
    return linted(known, text=list(texts), **more).must_mend


def bound(text, **timing):
    return {"text": text, "obligation": DUTY | timing}


def test_nothing_shipped_is_to_be_mended_and_nothing_is_left_to_think_about():
    assert problems_with(BANK) == []
    assert advice_on(BANK) == []


def test_every_name_that_is_allowed_stands_in_the_library():
    library = shipped_library()
    words = [
        *library.definitions.values(),
        *(s for e in library.interpretation.text for s in e.texts()),
    ]
    words += [text for topic in library.topics.values() for text in topic.texts()]
    everything = " ".join(words)

    assert [name for name in conventions().names if name not in everything] == []


def test_every_act_names_a_clause_there_is():
    assert {act.set_by for act in conventions().acts} <= set(shipped_library().topics)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The Supplier must give the Council a Quality Plan.", "Council"),
        ("The Supplier must keep the Quality Plan.", "Quality Plan"),
        ("It must start after Launch Day.", "Launch Day"),
    ],
)
def test_a_capital_inside_a_sentence_is_a_term_that_must_be_defined(text, named):
    found = [said for said in written(text) if f"‘{named}’" in said]

    assert found == [f"C50.1: ‘{named}’ has a capital like a term, and is defined nowhere"]


@pytest.mark.parametrize(
    "text",
    [
        "The Supplier must hold Cyber Essentials.",
        "The Supplier must report in March. Every report is kept: None is lost.",
        "The Suppliers must agree.",
        "The Supplier must use AES and ISO/IEC 27001.",
        "The Supplier must tell the Information Commissioner.",
    ],
)
def test_names_months_plurals_openings_and_abbreviations_are_no_undefined_terms(text):
    assert written(text) == ()


def test_a_term_that_is_defined_and_used_is_sound_and_its_plural_too():
    text = "The Supplier must change the Keys and each Key."

    assert written(text, defines={"Key": "a secret"}) == ()


def test_a_term_no_depth_of_its_clause_uses_is_named():
    found = written("The Supplier must act.", defines={"Key": "a secret"})

    assert "C50: no depth of this clause uses ‘Key’, which it defines" in found


def test_a_term_used_in_one_depth_alone_is_used():
    depths = {
        "standard": ["The Supplier must act."],
        "enhanced": [{"use": "standard"}, "It must keep each Key."],
    }
    topic = raw_topic(defines={"Key": "a secret"}, depths=depths)
    del topic["text"]

    assert topic_problems(read_topic(topic), library_of(topic), BANK, KNOWN).must_mend == ()


def references(to, **sub_clause):
    """A clause that refers to another, which is in only where a part has an answer."""
    other = raw_topic("C51", included_when={"part": "SLP-12.a", "is": "yes"}, otherwise="None.")
    topic = raw_topic(text=[{"text": f"The Supplier must follow {{clause:{to}}}."} | sub_clause])
    library = library_of(topic, other)
    return topic_problems(read_topic(topic), library, BANK, KNOWN)


def test_a_reference_to_a_clause_that_may_be_out_must_be_mended():
    (said,) = references("C51").must_mend

    assert said == (
        "C50.1: C51 may be left out of the schedule; give the sub-clause a ‘when’ that makes sure "
        "it is in"
    )


def test_a_condition_that_makes_sure_the_clause_is_in_is_enough():
    when = {"part": "SLP-12.a", "is": "yes"}

    assert references("C51", when=when).must_mend == ()
    assert references("C51", when=when).to_think_about[:-2] == ()


def test_another_condition_is_something_to_think_about():
    found = references("C51", when={"part": "SLP-09.b", "is": "yes"})

    assert found.must_mend == ()
    assert [said for said in found.to_think_about if "C51" in said]


def test_one_act_with_two_times_in_one_clause_contradicts_itself():
    found = written(
        bound("The Supplier must report within 5 Days.", within_working_days=5),
        bound("The Supplier must report within 10 Days.", within_working_days=10),
        known=None,
    )

    assert found == (
        "C50.2: ‘Report the state’ has another time in C50.1; set it in one of them and refer to it"
        " in the other",
    )


def test_one_act_with_two_times_in_two_clauses_contradicts():
    one = raw_topic(text=[bound("The Supplier must report.", every_months=3)])
    other = raw_topic("C51", text=[bound("The Supplier must report.", every_months=6)])

    found = [s for s in library_problems(library_of(one, other), BANK) if "another time" in s]

    assert [said.partition(":")[0] for said in found] == ["C51.1"]


def test_two_times_that_never_stand_together_are_no_contradiction():
    first = bound("The Supplier must report.", within_working_days=5)
    second = bound("The Supplier must report.", within_working_days=10)

    found = written(
        first | {"when": {"part": "SLP-12.a", "is": "yes"}},
        second | {"when": {"part": "SLP-12.a", "is": "no"}},
        known=None,
    )

    assert found == ()


def test_a_depth_may_be_stricter_than_another():
    depths = {
        "standard": [bound("The Supplier must report each time.", within_working_days=10)],
        "enhanced": [bound("The Supplier must report each time.", within_working_days=5)],
    }
    topic = raw_topic(depths=depths)
    del topic["text"]

    assert topic_problems(read_topic(topic), library_of(topic), BANK).must_mend == ()


def test_the_time_of_an_act_that_another_clause_sets_is_not_set_again():
    acts = (Act("tell of a fault", "C51", ("tell the buyer of a fault",)),)
    text = "The Supplier must tell the buyer of a fault within 3 hours."

    found = written(text, known=Conventions((), acts))

    assert found == (
        "C50.1: the time to tell of a fault is set by C51; refer to that clause instead",
    )
    assert (
        written("The Supplier must tell the buyer of a fault.", known=Conventions((), acts)) == ()
    )


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("The Supplier must report within 5 Working Days of a request.", True),
        ("The Supplier must report at least every 3 months.", True),
        ("The Supplier must do so before Go-live.", True),
        ("The Supplier must not report within 5 days.", False),
        ("The Supplier may report within 5 days.", False),
        ("The Supplier must report.", False),
    ],
)
def test_a_duty_with_a_time_and_no_obligation_is_something_to_think_about(text, is_named):
    found = [said for said in linted(text=[text]).to_think_about if "obligation" in said]

    assert bool(found) is is_named
    assert linted(text=[bound(text)]).to_think_about[2:] == ()


def test_a_clause_without_a_depth_is_something_to_think_about():
    found = linted().to_think_about

    assert found == (
        "C50: it has no short depth; the standard one is printed instead",
        "C50: it has no enhanced depth; the standard one is printed instead",
    )
    assert library_advice(library_of(raw_topic()), BANK) == list(found)


@pytest.mark.parametrize(
    ("depth", "words"),
    [("short", "is longer than the standard"), ("enhanced", "is shorter than the standard")],
)
def test_depths_out_of_order_must_be_mended(depth, words):
    texts = {"short": "It must act at once, everywhere, always.", "enhanced": "It must."}
    depths = {"standard": ["The Supplier must act now."], depth: [texts[depth]]}
    topic = raw_topic(depths=depths)
    del topic["text"]

    (said,) = topic_problems(read_topic(topic), library_of(topic), BANK, KNOWN).must_mend

    assert words in said


@pytest.mark.parametrize("depth", list(Depth))
def test_long_sentences_and_shall_are_found_in_every_depth(depth):
    long = f"The Supplier shall {'work ' * 45}on."
    depths = {"standard": ["The Supplier must act."], depth: [long]}
    topic = raw_topic(depths=depths)
    del topic["text"]

    found = topic_problems(read_topic(topic), library_of(topic), BANK, KNOWN).must_mend

    assert [said for said in found if "write “must”, not “shall”" in said]
    assert [said for said in found if "a sentence has 49 words" in said]


def test_a_clause_alone_is_checked_beside_the_library_as_one_of_it():
    topic = read_topic(
        raw_topic("OWN-1", text=["The Supplier must keep {nothing} for the Council."])
    )

    found = topic_problems(topic, shipped_library(), BANK, conventions()).must_mend

    assert [said for said in found if "{nothing} is no variable" in said]


def test_short_audit_holds_wherever_personal_data_is_handled():
    """UK GDPR, Article 28(3)(h): the processor allows for audits, whatever was bought."""
    topic = shipped_library().topics["C16"]
    short = [topic.text[place] for place in topic.places(Depth.SHORT)]

    assert topic.included_when.node == "always"
    assert [
        s
        for s in short
        if s.when is None and "may audit how the Supplier meets this Schedule" in s.text
    ]


def counted(text, default=10, **timing):
    variables = {
        "some": {"label": "how many", "kind": "days", "from": [{"default": default}]},
        "months": {"label": "months", "kind": "months", "from": [{"default": 6}]},
    }
    used = {name: variables[name] for name in variables if f"{{{name}}}" in text}
    found = linted(text=[bound(text, **timing)], variables=used)
    return (*found.must_mend, *found.to_think_about)


BOTH = "Before Go-live, and at least every {months} months after that, the Supplier must test it."
IN_TWO = (
    "Before Go-live the Supplier must test it. At least every {months} months after that, the "
    "Supplier must test it again."
)
AHEAD = "At least {some} Working Days before a change, the Supplier must tell the Council."
NOTICE = "The Supplier must give the Council at least {some} days' notice of a change."


@pytest.mark.parametrize(
    ("text", "timing", "said"),
    [
        (BOTH, {"before": "go-live", "every_months": "months"}, []),
        (IN_TWO, {"before": "go-live", "every_months": "months"}, []),
        (AHEAD, {"working_days_before": "some"}, []),
        (NOTICE, {"days_before": "some"}, []),
        (BOTH, {"every_months": "months"}, ["it says before Go-live and every so many months"]),
        (IN_TWO, {"before": "go-live"}, ["it says before Go-live and every so many months"]),
        (AHEAD, {}, ["it says how long ahead it must be done"]),
        (NOTICE, {}, ["it says how long ahead it must be done"]),
        (
            "The Supplier must test it every {months} months.",
            {"before": "go-live", "every_months": "months"},
            ["the obligation is due before Go-live and comes round"],
        ),
        (
            "Within {some} days of a change, the Supplier must tell the Council.",
            {"days_before": "some"},
            ["the obligation is due so long ahead of something"],
        ),
    ],
)
def test_the_time_of_an_obligation_is_that_of_its_words(text, timing, said):
    found = [line.partition(": ")[2] for line in counted(text, **timing)]

    assert [
        line.partition(";")[0] for line in found if "Go-live and" in line or "ahead" in line
    ] == (said)


def test_an_obligation_counts_by_a_value_that_the_words_name():
    wrong = linted(
        text=[bound("The Supplier must tell the Council without delay.", within_days="some")],
        variables={"some": {"label": "days", "kind": "days", "from": [{"default": 3}]}},
    ).to_think_about

    assert [line for line in wrong if "counts by" in line] == [
        "C50.1: the obligation counts by ‘some’, and no words of the clause name it"
    ]


def test_nothing_is_due_so_long_ahead_of_go_live_whose_day_is_not_known_before():
    wrong = counted(
        "At least {some} Working Days before Go-live, the Supplier must tell the Council.",
        working_days_before="some",
        of="go-live",
    )

    assert [line for line in wrong if "so long ahead" in line] == [
        "C50.1: what is due so long ahead of go-live is due ‘before’ it"
    ]


@pytest.mark.parametrize(
    ("limit", "default", "is_wrong"),
    [
        ({"at_most": 10}, 11, True),
        ({"at_most": 10}, 10, False),
        ({"at_least": 10}, 9, True),
        ({"at_least": 10}, 10, False),
    ],
)
def test_no_default_is_worse_than_the_minimum_position(limit, default, is_wrong):
    minimum = {**limit, "deviation": "It is worse than the council requires"}
    variable = {"label": "days", "kind": "days", "from": [{"default": default}]}
    wrong = written(
        "The Supplier may take {some} days.", variables={"some": variable | {"minimum": minimum}}
    )

    assert [line for line in wrong if "worse than the minimum position" in line] == (
        [
            f"C50, variable some: the default ‘{default}’ is worse than the minimum position ‘10’; "
            "change one of them"
        ]
        if is_wrong
        else []
    )


def test_countries_by_default_lie_within_the_minimum():
    variable = {
        "label": "countries",
        "kind": "country-list",
        "from": [{"default": ["GB", "FR"]}],
        "minimum": {"within": "GB", "deviation": "Elsewhere"},
    }
    wrong = written("The Supplier may use {some}.", variables={"some": variable})

    assert [line for line in wrong if "worse than the minimum position" in line] != []


@pytest.mark.parametrize("word", ["clause", "Clause", "annex"])
def test_a_reference_is_not_named_twice(word):
    reference = "{annex:recovery}" if word == "annex" else "{clause:C51}"
    wrong = written(f"As {word} {reference} says, the Supplier may rest.")

    assert [line for line in wrong if "prints the word" in line] == [
        "C50.1: a reference in braces prints the word “clause” or “annex” itself; leave out the "
        "one before it"
    ]


@pytest.mark.parametrize(
    ("text", "pointing"),
    [
        ("Audits under the next sub-clause do not count.", "next sub-clause"),
        ("The Supplier must follow the clause above.", "clause above"),
        ("The Supplier must keep the cover from falling below £5.", ""),
    ],
)
def test_words_that_point_by_place_are_refused(text, pointing):
    wrong = [line for line in written(text) if "name the subject" in line]

    said = f"C50.1: write a reference in braces or name the subject, not “{pointing}”"
    assert wrong == ([said] if pointing else [])
