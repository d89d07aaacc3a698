"""Two editions are compared by what a change means, and by what becomes of stored answers."""

from __future__ import annotations

import copy
from collections import Counter

import pytest

from question_bank import loader
from question_bank.rules.differences import Aspect, State, differences, touching
from question_bank.rules.editions import UnknownEdition, in_order, known_version, read_edition
from question_bank.rules.places import place_in_words
from question_bank.rules.report import as_json, as_lines
from question_bank.rules.reuse import Verdict
from question_bank.rules.wording import word_marks

FIRST = loader.read_document(loader.EDITIONS / "2026.11.json")
OLD = read_edition(FIRST)


def question_in(document, question_id):
    return next(q for q in document["bank"]["questions"] if q["id"] == question_id)


def part_in(document, part_id):
    question = question_in(document, part_id.partition(".")[0])
    return next(part for part in question["parts"] if part["id"] == part_id)


def entry_in(document, family, entry_id):
    return next(entry for entry in document["bank"][family] if entry["id"] == entry_id)


def changed(*changes):
    """Return the next edition: the first one with ``changes`` made to its plain form."""
    document = copy.deepcopy(FIRST)
    document["version"] = "2026.12"
    for change in changes:
        change(document)
    return read_edition(document)


R10_LIKELIHOOD = str(entry_in(FIRST, "risks", "R10")["likelihood"])


def one_change(change):
    """Return family, id, place, aspect and both texts of the only change there is."""
    (thing,) = differences(OLD, changed(change)).things
    (found,) = thing.changes
    return thing.family, thing.id, ".".join(found.place), found.aspect, found.old, found.new


def test_an_edition_does_not_differ_from_itself():
    found = differences(OLD, changed())

    assert found.things == ()
    assert {reuse.verdict for reuse in found.reuse.values()} == {Verdict.AS_IT_IS}


def setting(find, key, value):
    def change(document):
        find(document)[key] = value

    return change


def in_question(key, value):
    return setting(lambda d: question_in(d, "SLP-07"), key, value)


def in_option(key, value):
    return setting(lambda d: part_in(d, "SLP-07.f")["options"][0], key, value)


def in_flag(key, value):
    return setting(lambda d: part_in(d, "SLP-07.f")["options"][2]["flag"], key, value)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            in_question("title", "Recovery"),
            ("questions", "SLP-07", "title", Aspect.WORDING, "Disaster recovery", "Recovery"),
        ),
        (
            in_question("weight", 12),
            ("questions", "SLP-07", "weight", Aspect.MARKING, "10", "12"),
        ),
        (
            in_question("main_risk", "R10"),
            ("questions", "SLP-07", "main_risk", Aspect.RISKS, "R09", "R10"),
        ),
        (
            setting(lambda d: question_in(d, "SLP-07")["levels"], "1", "Nothing but words."),
            (
                "questions",
                "SLP-07",
                "levels.1",
                Aspect.MARKING,
                "A general statement without times.",
                "Nothing but words.",
            ),
        ),
        (
            setting(lambda d: question_in(d, "SLP-07")["controls"], "cloud", ["CL2"]),
            ("questions", "SLP-07", "controls.cloud", Aspect.CONTROLS, "CL2, CL5", "CL2"),
        ),
        (
            in_option("label", "Offline"),
            (
                "questions",
                "SLP-07",
                "parts.SLP-07.f.options.offline.label",
                Aspect.WORDING,
                "Kept offline",
                "Offline",
            ),
        ),
        (
            in_option("ceiling", 4),
            (
                "questions",
                "SLP-07",
                "parts.SLP-07.f.options.offline.ceiling",
                Aspect.MARKING,
                "5",
                "4",
            ),
        ),
        (
            in_flag("severity", "amber"),
            (
                "questions",
                "SLP-07",
                "parts.SLP-07.f.options.online-replica.flag.severity",
                Aspect.MARKING,
                "red",
                "amber",
            ),
        ),
        (
            in_flag("clauses", ["C14", "C15"]),
            (
                "questions",
                "SLP-07",
                "parts.SLP-07.f.options.online-replica.flag.clauses",
                Aspect.CLAUSES,
                "C14",
                "C14, C15",
            ),
        ),
        (
            setting(lambda d: part_in(d, "SLP-07.a"), "words", 100),
            ("questions", "SLP-07", "parts.SLP-07.a.words", Aspect.ANSWERING, "200", "100"),
        ),
        (
            setting(lambda d: entry_in(d, "risks", "R10"), "likelihood", 1),
            ("risks", "R10", "likelihood", Aspect.RISKS, R10_LIKELIHOOD, "1"),
        ),
        (
            setting(lambda d: d["packs"][0], "title", "Sensors outside"),
            (
                "packs",
                "sensors-in-public-space",
                "title",
                Aspect.WORDING,
                FIRST["packs"][0]["title"],
                "Sensors outside",
            ),
        ),
    ],
    ids=lambda value: value[2] if isinstance(value, tuple) else None,
)
def test_a_change_is_told_by_its_place_and_by_what_it_is_about(change, expected):
    assert one_change(change) == expected


def test_a_weight_in_a_pack_is_marking():
    def change(document):
        document["packs"][1]["sections"][0]["questions"][0]["weight"] = 60

    family, name, place, aspect, _old, new = one_change(change)

    assert (family, name, aspect, new) == ("packs", "slp-essential", Aspect.MARKING, "60")
    assert place == "sections.data-protection-and-rights.questions.SLP-01.weight"


def test_a_new_condition_of_a_pass_is_marking_and_shown_whole():
    rule = {"answered": "SLP-07.a"}

    *_, aspect, old, new = one_change(in_question("pass_when", rule))

    assert (aspect, old, new) == (
        Aspect.MARKING,
        None,
        "SLP-07.a (Approach to recovery) is answered",
    )


def test_another_order_of_the_same_questions_is_told():
    def change(document):
        document["bank"]["questions"].reverse()

    family, name, _place, aspect, old, _new = one_change(change)

    assert (family, name, aspect) == ("questions", "order", Aspect.ORDER)
    assert old.startswith("SLP-01, SLP-02")


def test_a_question_added_and_one_retired_are_named():
    def change(document):
        entry = question_in(document, "SLP-14")
        document["bank"]["questions"].remove(entry)
        document["bank"]["questions"].append({**entry, "id": "LON-01", "parts": entry["parts"]})

    found = differences(OLD, changed(change))

    assert [thing.id for thing in found.of("questions", State.ADDED)] == ["LON-01"]
    assert [thing.id for thing in found.of("questions", State.RETIRED)] == ["SLP-14"]


@pytest.mark.parametrize(
    ("part", "key", "value", "verdict", "reason"),
    [
        ("SLP-07.a", "words", 100, Verdict.LOOK_AGAIN, "no more than 100 words are read now"),
        ("SLP-07.a", "words", 300, Verdict.AS_IT_IS, None),
        (
            "SLP-07.a",
            "ask",
            "Describe it.",
            Verdict.READ_AGAIN,
            "the question is put in other words",
        ),
        ("SLP-07.g", "required", True, Verdict.LOOK_AGAIN, "it must be answered now"),
        (
            "SLP-07.a",
            "kind",
            "short-text",
            Verdict.LOOK_AGAIN,
            "it was answered as a narrative and is a short-text now",
        ),
    ],
)
def test_whether_a_stored_answer_can_be_reused(part, key, value, verdict, reason):
    def change(document):
        entry = part_in(document, part)
        entry[key] = value
        if key == "kind":
            del entry["words"]

    reuse = differences(OLD, changed(change)).reuse[part]

    assert (reuse.verdict, reuse.reasons) == (verdict, (reason,) if reason else ())


def test_an_answer_no_longer_offered_must_be_looked_at_again():
    def change(document):
        del part_in(document, "SLP-07.f")["options"][0]

    found = differences(OLD, changed(change))

    assert found.reuse["SLP-07.f"].verdict is Verdict.LOOK_AGAIN
    assert found.reuse["SLP-07.f"].reasons == ("the answer ‘Kept offline’ is no longer offered",)
    assert Counter(reuse.verdict for reuse in found.reuse.values())[Verdict.LOOK_AGAIN] == 1


def test_a_column_that_is_new_and_required_touches_every_table_of_that_form():
    column = {
        "id": "site",
        "label": "Site",
        "kind": "short-text",
        "required": True,
        "missing": "Enter the site",
    }

    def change(document):
        entry_in(document, "schemas", "T5")["columns"].append(column)

    found = differences(OLD, changed(change))

    assert [thing.id for thing in found.things] == ["T5"]
    assert [reuse.part for reuse in found.again] == ["SLP-07.i"]
    assert found.again[0].reasons == ("the column ‘Site’ is new and must be filled in",)


def test_a_part_that_is_gone_is_no_longer_asked():
    def change(document):
        question = question_in(document, "SLP-07")
        question["parts"] = [part for part in question["parts"] if part["id"] != "SLP-07.h2"]

    found = differences(OLD, changed(change))

    assert found.reuse["SLP-07.h2"].verdict is Verdict.NOT_ASKED
    assert found.counts[Verdict.NOT_ASKED] == 1


def test_only_what_a_pack_asks_touches_it():
    found = differences(OLD, changed(in_question("title", "Recovery"), in_option("label", "Off")))

    titles = touching(found, {"SLP-07": ("SLP-07.g",)})
    both = touching(found, {"SLP-07": None})

    assert [len(thing.changes) for thing in (*titles, *both)] == [1, 2]
    assert touching(found, {"SLP-01": None}) == []


def test_places_are_told_in_words():
    assert place_in_words(("levels", "3")) == "Level 3"
    assert place_in_words(("parts", "SLP-07.f", "options", "none", "label")) == (
        "SLP-07.f, answer none, short name"
    )
    assert place_in_words(("why",)) == "Why it is asked"


def test_words_that_are_gone_and_words_that_are_new_are_marked():
    old, new = word_marks("Kept offline for a week", "Kept apart for a week")

    assert [(s.text, s.differs) for s in old] == [
        ("Kept ", False),
        ("offline ", True),
        ("for a week", False),
    ]
    assert [s.text for s in new if s.differs] == ["apart "]


def test_words_changed_in_a_row_are_one_mark():
    old, new = word_marks("residents feel it: a flood", "residents notice at once: a flood")

    assert [s.text for s in (*old, *new) if s.differs] == ["feel it: ", "notice at once: "]


@pytest.mark.parametrize("texts", [("", "a b"), ("a b", ""), ("a  b\n\nc", "c b a"), ("<b>", "x")])
def test_marks_lose_no_letter(texts):
    for text, stretches in zip(texts, word_marks(*texts), strict=True):
        assert "".join(stretch.text for stretch in stretches) == text


def test_the_report_is_made_of_lines_and_its_values_are_plain():
    found = differences(OLD, changed(in_question("weight", 12)))

    lines = list(as_lines(found))

    assert lines[:6] == [
        "From 2026.11 to 2026.12",
        "",
        "Questions",
        "  SLP-07  Disaster recovery: changed",
        "    marking: Weight",
        "      - 10",
    ]
    assert as_json(found)["changed"][0]["changes"] == [
        {"place": "weight", "about": "marking", "old": "10", "new": "12"}
    ]


def test_versions_are_in_the_order_of_their_numbers():
    assert in_order(["2026.11", "2027.1", "2026.9"]) == ("2026.9", "2026.11", "2027.1")


def test_an_unknown_version_is_answered_with_the_nearest():
    with pytest.raises(UnknownEdition) as error:
        known_version("2026.1", ("2026.11", "2027.3"))

    assert str(error.value) == "There is no edition ‘2026.1’; did you mean ‘2026.11’?"
