"""Questions of one's own: ids, changes, conditions built by choosing, and what is sound."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import DomainError
from question_bank.loader import shipped_bank
from question_bank.rules.conditions.grammar import read_condition
from question_bank.rules.own import building, ids, places, writing
from question_bank.rules.own.building import Chosen, looks_of, one_test, subject_of
from question_bank.rules.own.compared import Difference, differences
from question_bank.rules.own.saying import Known, in_words
from question_bank.rules.own.soundness import Fault, examine
from question_bank.rules.questions import Kind

BANK = shipped_bank()
KNOWN = Known(BANK.parts, BANK.facts)
ENTRIES = {str(entry["id"]): entry for entry in BANK.raw["questions"]}


def a_copy(of="SLP-07"):
    return writing.copied_question(ENTRIES[of], "HOL-01", source="Ours")


@pytest.mark.parametrize(
    ("name", "taken", "prefix"),
    [
        ("Hollowmere Council", [], "HOL"),
        ("London Borough of Hollowmere", [], "HOL"),
        ("Hollowmere Council", ["HOL"], "HOLL"),
        ("The Council", [], "THE"),
        ("Łódź 12", [], "ODZ"),
        ("東京", [], "XYZ"),
        ("Slpham Council", ids.RESERVED, "SLPH"),
    ],
)
def test_a_prefix_is_suggested_from_the_name_of_the_authority(name, taken, prefix):
    assert ids.suggested_prefix(name, taken) == prefix


@pytest.mark.parametrize("text", ["", "HO", "HOLLOWM", "H1L", "SLP", "slp", "TAKEN", "ÄÖÜ"])
def test_letters_that_are_too_few_too_many_or_taken_are_refused(text):
    with pytest.raises(ids.PrefixRefused):
        ids.checked_prefix(text, ids.RESERVED | {"TAKEN"})


def test_the_bank_keeps_its_own_letters():
    assert ids.reserved(BANK.questions) >= {"SLP", "LON", "ALG"}


def test_ids_are_never_used_again():
    assert ids.next_question_id("HOL", ["HOL-01", "HOL-09", "ELS-40"]) == "HOL-10"
    assert ids.next_part_id("HOL-01", {"HOL-01.a", "HOL-01.c"}) == "HOL-01.b"
    letters = {f"HOL-01.{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}
    assert ids.next_part_id("HOL-01", letters) == "HOL-01.a2"
    assert ids.value_from("Kept offline!", {"kept-offline"}) == "kept-offline-2"


@pytest.mark.parametrize("of", ENTRIES)
def test_every_question_of_the_bank_can_be_copied_and_asked_at_once(of):
    assert examine(a_copy(of), BANK).faults == ()


def test_a_copy_speaks_of_itself_and_of_the_rest_of_the_bank():
    copy = a_copy("SLP-13")

    condition = read_condition(
        {"all": [{"answered": "SLP-13.b"}, {"part": "SLP-03.e", "is": "x"}]}, "here"
    )
    assert condition.parts() == {"SLP-13.b", "SLP-03.e"}
    assert "SLP-13." not in str(copy["parts"])
    assert "SLP-03.e" in str(copy["parts"])


def test_an_empty_question_says_what_it_lacks_where_it_is_entered():
    raw = writing.blank_question("HOL-01", title="Noise", topic="sensors", source="Ours")

    faults = examine(raw, BANK).faults

    assert [fault.key for fault in faults] == [
        "why",
        "minutes",
        "main_risk",
        "parts",
        *(f"level_{level}" for level in range(5, -1, -1)),
    ]


def changed(path, value):
    raw = deepcopy(a_copy())
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return raw


OPTION = ("parts", 3, "options", 4)


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("main_risk",), "R99", Fault("HOL-01", "Main_risk R99 is not in the risk library")),
        (("topic",), "noise", "HOL-01"),
        (("title",), "T" * 61, Fault("HOL-01", "The title has 61 characters; its place holds 60")),
        (("why",), "<b>Why</b>", Fault("HOL-01", "HTML is not shown; write plain words")),
        (("controls",), {"caf-4.0": ["Z9.z"]}, "HOL-01"),
        (("parts", 3, "kind"), "chioce", "HOL-01.d2"),
        (("parts", 3, "id"), "SLP-07.d2", "HOL-01"),
        ((*OPTION, "ceiling"), 9, "HOL-01.d2"),
        ((*OPTION, "flag", "risks"), ["R99"], "HOL-01.d2"),
        ((*OPTION, "value"), "<b>", "HOL-01.d2"),
        (("parts", 3, "shown_when"), {"part": "HOL-01.z", "is": "x"}, "HOL-01.d2"),
        (("parts", 3, "shown_when"), {"answered": "HOL-01.f"}, "HOL-01.d2"),
        (("parts", 0, "words"), None, Fault("HOL-01.a", "A narrative has a word limit (‘words’)")),
        (("pass_when",), {"part": "SLP-02.a", "more_than": 3}, "HOL-01"),
    ],
)
def test_what_the_bank_refuses_is_refused_of_an_own_question_too(path, value, fault):
    faults = examine(changed(path, value), BANK).faults

    if isinstance(fault, Fault):
        assert faults == (fault,)
    else:
        assert {found.place for found in faults} == {fault}


def test_a_clause_that_is_not_in_the_library_is_refused():
    faults = examine(a_copy(), BANK, ["C01"]).faults

    assert {fault.says for fault in faults if "C14" in fault.says} == {
        found.says for found in faults if found.says.endswith("C14 is not a clause topic")
    }


def paths_in(value, path=()):
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in entries if isinstance(value, dict | list) else ():
        if isinstance(entry, dict | list):
            yield from paths_in(entry, (*path, key))
        else:
            yield (*path, key)


PATHS = [path for path in paths_in(a_copy("SLP-05")) if path]
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("HOL-01.a"),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["id", "value", "part", "is", "when", "flag", "columns"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=5,
)


@settings(max_examples=150)
@given(st.sampled_from(PATHS), ODD)
def test_nothing_in_a_question_from_elsewhere_is_answered_with_anything_but_sentences(path, odd):
    raw = deepcopy(a_copy("SLP-05"))
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd

    for fault in examine(raw, BANK).faults:
        assert fault.says


def built(name, look="", **chosen):
    subject = subject_of(name, look, KNOWN)
    test = one_test(subject, Chosen(**chosen), KNOWN)
    return test, in_words(read_condition(test, "here"), KNOWN)


@pytest.mark.parametrize(
    ("name", "look", "chosen", "test", "words"),
    [
        (
            "SLP-07.b",
            "",
            {"operator": "in", "options": ["no"]},
            {"part": "SLP-07.b", "is": "no"},
            "SLP-07.b (Full recovery) is “No”",
        ),
        (
            "SLP-07.f",
            "",
            {"operator": "not_in", "options": ["offline", "online-replica"]},
            {"part": "SLP-07.f", "not_in": ["offline", "online-replica"]},
            "SLP-07.f (How copies are kept apart) is none of “Kept offline” or “Copied to another "
            "place but reachable with the same administration”",
        ),
        (
            "SLP-07.a",
            "",
            {"operator": "missing"},
            {"missing": "SLP-07.a"},
            "SLP-07.a (Approach to recovery) is not answered",
        ),
        (
            "SLP-07.g",
            "",
            {"operator": "older_than", "months": 12, "fact": "tender.closes_at"},
            {"part": "SLP-07.g", "older_than": {"months": 12, "before": "tender.closes_at"}},
            "SLP-07.g (Last full test) is more than 12 months before the tender’s closing date",
        ),
        (
            "SLP-07.i",
            "any:rto",
            {"operator": "more_than", "fact": "tender.target_rto"},
            {
                "any_row": "SLP-07.i",
                "where": {"column": "rto", "more_than": "tender.target_rto"},
            },
            "in a row of SLP-07.i (Recovery times) “Longest time until it works again” is more "
            "than the tender’s target recovery time",
        ),
        (
            "SLP-07.i",
            "rows",
            {"operator": "less_than", "value": "2"},
            {"rows": "SLP-07.i", "less_than": "2"},
            "the number of rows of SLP-07.i (Recovery times) is less than 2",
        ),
        (
            "SLP-05.c",
            "cell:expires",
            {"operator": "missing"},
            {"missing": "SLP-05.c", "column": "expires"},
            "“Date of expiry” of SLP-05.c (ISO/IEC 27001 certificate) is empty",
        ),
        (
            "tender.value",
            "",
            {"operator": "at_least", "value": "5000"},
            {"fact": "value", "at_least": "5000"},
            "the tender’s contract value is 5000 or more",
        ),
    ],
)
def test_a_test_is_built_by_choosing_and_said_in_words(name, look, chosen, test, words):
    made, said = built(name, look, **chosen)

    assert made == test
    assert words.split(" (")[0] in said
    assert said == words or name == "SLP-07.g"


@pytest.mark.parametrize(
    ("name", "chosen", "field"),
    [
        ("SLP-99.a", {"operator": "in"}, "subject"),
        ("SLP-07.f", {"operator": "more_than"}, "operator"),
        ("SLP-07.f", {"operator": "in", "options": ["nonsense"]}, "options"),
        ("SLP-07.f", {"operator": "in", "options": []}, "options"),
        ("SLP-07.g", {"operator": "before", "value": "soon"}, "value"),
        ("SLP-07.g", {"operator": "older_than", "fact": "tender.closes_at"}, "months"),
        ("SLP-07.g", {"operator": "before", "fact": "tender.value"}, "fact"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(name, chosen, field):
    with pytest.raises(DomainError) as refused:
        built(name, **chosen)

    assert refused.value.field == field


def every_way_to_compare():
    """Yield each operator once for each kind of thing, in a whole, a row and a record."""
    seen = set()
    for part in BANK.all_parts():
        for look in [look for look, _ in looks_of(part)] or [""]:
            subject = subject_of(part.id, look, KNOWN)
            for comparison in subject.comparisons:
                way = (subject.asked.kind, look.split(":")[0], comparison.operator)
                if way not in seen:
                    seen.add(way)
                    yield pytest.param(subject, comparison.operator, id=" ".join(way))


VALUES = {Kind.DATE: "2027-03-31", Kind.COUNTRY: "GB, IE", Kind.DURATION: "1h"}


@pytest.mark.parametrize(("subject", "operator"), list(every_way_to_compare()))
def test_whatever_can_be_chosen_makes_a_condition_that_the_bank_accepts(subject, operator):
    value = "1" if subject.look == "rows" else VALUES.get(subject.asked.kind, "1")
    chosen = Chosen(operator, [option.value for option in subject.options[:1]], value, months=3)
    raw = changed(("pass_when",), one_test(subject, chosen, KNOWN)) | {"pass_says": "It fails"}

    faults = examine(raw, BANK).faults

    # Some of these are never true, or always: that is said of the value, not of the form.
    assert [fault for fault in faults if not fault.says.startswith("Pass_when: this is ")] == []


def test_tests_are_joined_and_taken_apart():
    one, other = {"answered": "SLP-01.a"}, {"answered": "SLP-01.b"}

    assert building.condition_of("any", [one, other]) == {"any": [one, other]}
    assert building.condition_of("any", [one]) == one
    assert building.condition_of("all", []) == {}
    assert building.tests_in({"any": [one, other]}) == ("any", [one, other])
    assert building.tests_in({"not": one}) == ("all", [{"not": one}])


def test_a_condition_stands_at_the_question_a_part_or_an_outcome():
    raw, condition = a_copy(), {"answered": "SLP-01.a"}

    for place in ("pass_when", "HOL-01.b", "HOL-01.g:never-tested"):
        changed_raw = places.with_condition(raw, place, condition)
        assert places.condition_at(changed_raw, place) == condition
    assert places.with_condition(raw, "pass_when", {}) == raw


def test_what_differs_is_listed_by_its_place():
    before = {"id": "HOL-01", "version": 1, "title": "Noise", "parts": [{"id": "a", "label": "L"}]}
    after = before | {"version": 2, "parts": [{"id": "a", "label": "M"}]}

    assert differences(before, after) == [Difference("parts, a, label", "L", "M")]


def test_parts_move_and_go_but_their_ids_stay_used():
    raw = a_copy()
    first, second = raw["parts"][0]["id"], raw["parts"][1]["id"]

    moved = writing.with_part_moved(raw, first, 1)
    without = writing.without_part(moved, second)
    grown = writing.with_new_part(without, Kind.DATE, [raw])

    assert [part["id"] for part in moved["parts"][:2]] == [second, first]
    assert grown["parts"][-1]["id"] not in ids.parts_used([raw])


@pytest.mark.parametrize("labels", [["Yes", "yes "], ["No", "Already  there"]])
def test_no_two_options_read_the_same(labels):
    part = {"id": "HMC-01.a", "options": [{"value": "already-there", "label": "already there"}]}

    with pytest.raises(DomainError, match="could not tell two called") as refused:
        writing.with_new_options(part, labels, frozenset({"already-there"}))

    assert refused.value.field == "new_options"


OFFERED = {
    "id": "HMC-01.a",
    "options": [{"value": "never", "label": "Never"}, {"value": "by-day", "label": "By day"}],
}


def renamed(part, value, label):
    return writing.with_leads(part, value, lambda kept: kept | {"label": label})


@pytest.mark.parametrize("label", ["Never", " never", "NEVER"])
def test_an_option_is_not_renamed_to_read_as_another_does(label):
    with pytest.raises(DomainError, match="could not tell two called") as refused:
        renamed(OFFERED, "by-day", label)

    assert refused.value.field == "label"


@pytest.mark.parametrize("label", ["By day", "By  Day", "In the daytime"])
def test_an_option_takes_any_label_no_other_has(label):
    assert renamed(OFFERED, "by-day", label)["options"] == [
        {"value": "never", "label": "Never"},
        {"value": "by-day", "label": label},
    ]


def test_an_option_that_reads_as_another_since_long_can_still_be_changed_otherwise():
    part = {
        "id": "HMC-01.a",
        "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "A"}],
    }

    changed = writing.with_leads(part, "b", lambda kept: kept | {"ceiling": 3})

    assert changed["options"][1] == {"value": "b", "label": "A", "ceiling": 3}
