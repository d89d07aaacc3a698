"""Whatever is written wrongly in the bank is named in a sentence, with its place and remedy."""

from __future__ import annotations

import copy
import re
import shutil

import pytest

from question_bank import loader
from question_bank.commands import checked, ids_ever_used
from question_bank.rules.conditions.grammar import read_condition
from question_bank.rules.integrity import problems_in
from question_bank.rules.integrity.references import condition_problems
from question_bank.rules.packs import read_pack
from question_bank.rules.reading import ContentError, read_bank

pytestmark = pytest.mark.slow

BANK = loader.shipped_bank()
PACKS = loader.shipped_packs()
RAW = loader.raw_bank()


def entry_in(raw, kind, entry_id):
    return next(entry for entry in raw[kind] if entry["id"] == entry_id)


def part_in(raw, part_id):
    question = entry_in(raw, "questions", part_id.partition(".")[0])
    return next(part for part in question["parts"] if part["id"] == part_id)


def spoiled(*changes):
    raw = copy.deepcopy(dict(RAW))
    for change in changes:
        change(raw)
    return raw


def in_part(part_id, /, **changes):
    def change(raw):
        written = {key.rstrip("_"): value for key, value in changes.items()}
        part_in(raw, part_id).update(written)

    return change


def in_entry(family, entry_id, /, **changes):
    return lambda raw: entry_in(raw, family, entry_id).update(changes)


def problems(*changes):
    return problems_in(read_bank(spoiled(*changes)), PACKS, ids_ever_used(), ())


SLP_07 = ("questions", "SLP-07")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            in_part("SLP-07.a", class_="scord"),
            "SLP-07.a: ‘scord’ is not a class of part; did you mean ‘scored’?",
        ),
        (
            in_entry(*SLP_07, minutes="half an hour"),
            "SLP-07, minutes: write a number, such as 12, not ‘half an hour’",
        ),
        (in_entry(*SLP_07, version="1.5"), "SLP-07, version: write a whole number, not ‘1.5’"),
        (in_entry(*SLP_07, weight=[8]), "SLP-07, weight: write a number, such as 12, not a list"),
        (
            in_entry(*SLP_07, levels={"five": "x"}),
            "SLP-07, levels: write a number, such as 12, not ‘five’",
        ),
        (
            in_entry(*SLP_07, levels=["x"]),
            "SLP-07, levels: write lines of ‘key: value’ here, not a list",
        ),
        (in_entry(*SLP_07, parts={"a": 1}), "SLP-07, parts: write a list here, not lines of"),
        (
            in_part("SLP-07.a", label=["x"]),
            "SLP-07.a, label: write text here, in quotes if need be, not a list",
        ),
        (
            in_part("SLP-07.a", required="no"),
            "SLP-07.a: ‘required’ is true or false, not ‘no’",
        ),
        (
            in_part("SLP-07.i", rows={"at_lest": 1}),
            "SLP-07.i, rows: ‘at_lest’ is not a known key; did you mean ‘at_least’?",
        ),
        (
            lambda raw: part_in(raw, "SLP-07.f")["options"].append(
                {"value": "offline", "label": "Offline again", "ceiling": 1}
            ),
            "SLP-07.f: the option ‘offline’ is given 2 times; every value is used once",
        ),
        (
            lambda raw: part_in(raw, "SLP-07.f")["options"][0].update(ceiling="five"),
            "SLP-07.f, option offline: the ceiling is a whole number from 0 to 5, not ‘five’",
        ),
        (
            in_entry("facts", "target_rto", kind="time"),
            "target_rto: ‘time’ is not a kind of part; write one of commitment, choice",
        ),
        (
            in_entry("schemas", "T5", columns="name"),
            "T5, columns: write a list here, not ‘name’",
        ),
        (in_entry("checks", "X3", risks="R21"), "X3, risks: write a list here, not ‘R21’"),
        (in_entry("risks", "R10", impact="high"), "R10, impact: write a number, such as 12, not"),
    ],
)
def test_a_mistake_of_form_is_named_with_its_place_and_remedy(change, sentence):
    with pytest.raises(ContentError, match=re.escape(sentence)):
        read_bank(spoiled(change))


def test_mistakes_in_several_entries_are_reported_together():
    with pytest.raises(ContentError) as error:
        read_bank(
            spoiled(
                in_entry("schemas", "T5", columns="name"),
                in_part("SLP-07.a", class_="scord"),
                in_entry("questions", "SLP-01", minutes="many"),
                in_entry("risks", "R10", impact="high"),
            )
        )

    assert [sentence.partition(":")[0] for sentence in error.value.sentences] == [
        "T5, columns", "SLP-01, minutes", "SLP-07.a", "R10, impact",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            in_part("SLP-07.a", messages={"missing": "Enter it", "too_lomg": "Shorter"}),
            "SLP-07.a, messages: nothing shows ‘too_lomg’; did you mean ‘too_long’?",
        ),
        (in_entry("risks", "R10", impact=6), "R10: the impact is a whole number from 1 to 5"),
        (
            in_entry("risks", "R10", likelihood=0),
            "R10: the likelihood is a whole number from 1 to 5",
        ),
        (
            in_entry(*SLP_07, topic="resiliense"),
            "SLP-07: ‘resiliense’ is not a topic; did you mean ‘resilience’?",
        ),
        (
            in_entry(*SLP_07, controls={"cload": ["CL2"]}),
            "SLP-07, controls: ‘cload’ is not a framework; did you mean ‘cloud’?",
        ),
        (
            in_entry(*SLP_07, controls={"cloud": ["CL15"]}),
            "SLP-07, controls: cloud has no ‘CL15’",
        ),
        (
            lambda raw: part_in(raw, "SLP-07.i")["outcomes"].append(
                dict(part_in(raw, "SLP-07.i")["outcomes"][0])
            ),
            "SLP-07.i:rto-over-target: this id is given 2 times; every id is used once",
        ),
        (
            in_part("SLP-07.i", shown_when={"rows": "SLP-07.f", "more_than": 0}),
            "SLP-07.i, shown_when: ‘rows’ needs a table; SLP-07.f is choice",
        ),
    ],
)
def test_what_would_be_accepted_silently_is_named(change, sentence):
    assert sentence in problems(change)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"flag": ["SLP-07.f:online-replica", "SLP-07.f", "SLP-07", "red", "SLP-02:pass"]}, []),
        ({"flag": ["X4", "X4:personal-data-denied"]}, []),
        (
            {"flag": ["SLP-07.f:online-replca"]},
            [
                "here: there is no rule, part, question or severity ‘SLP-07.f:online-replca’; "
                "did you mean ‘SLP-07.f:online-replica’?"
            ],
        ),
        # The option is there, but choosing it raises nothing.
        (
            {"flag": ["SLP-01.b:yes"]},
            ["here: ‘SLP-01.b:yes’ never raises a flag"],
        ),
        (
            {"flag": ["orange"]},
            ["here: there is no rule, part, question or severity ‘orange’"],
        ),
        (
            {"names": [{"part": "SLP-13.b"}], "absent_from": [{"part": "SLP-13.a2"}]},
            ["here: say which column of SLP-13.b holds the names"],
        ),
        (
            {
                "names": [{"part": "SLP-13.b", "column": "provder"}],
                "absent_from": [{"part": "SLP-13.a2"}],
            },
            ["here: SLP-13.b has no column ‘provder’; did you mean ‘provider’?"],
        ),
        (
            {
                "coverage": {
                    "of": {"part": "SLP-13.b", "column": "name"},
                    "by": {"part": "SLP-11.a", "column": "datset"},
                },
                "less_than": 50,
            },
            ["here: SLP-11.a has no column ‘datset’; did you mean ‘dataset’?"],
        ),
    ],
)
def test_a_condition_names_only_what_is_there(entry, found):
    assert list(condition_problems("here", read_condition(entry, "here"), BANK)) == found


# --- the command, on a copy of the content ----------------------------------------------------


@pytest.fixture
def folders(tmp_path):
    content, packs = tmp_path / "content", tmp_path / "packs"
    shutil.copytree(loader.CONTENT, content)
    shutil.copytree(loader.PACKS, packs)
    return content, packs


def replace_in(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_each_file_that_is_wrong_has_its_sentence(folders):
    content, packs = folders
    (content / "facts.yml").write_text("- id: [", encoding="utf-8")
    (content / "checks.yml").write_bytes(b"\xff\xfe")
    (content / "questions" / "SLP-07-disaster-recovery.yml").write_text("", encoding="utf-8")
    replace_in(packs / "slp-full.yml", "version: 1", "version: first")

    found, _ = checked(content, packs, (), accept_new_ids=False)

    assert [sentence.partition(":")[0] for sentence in found] == [
        "SLP-07-disaster-recovery.yml", "checks.yml", "facts.yml", "slp-full, version",
    ]  # fmt: skip


def test_a_key_given_twice_is_named_with_its_file(folders):
    content, packs = folders
    replace_in(content / "bank.yml", "version:", "version: 1\nversion:")

    found, _ = checked(content, packs, (), accept_new_ids=False)

    assert found == ["bank.yml: line 1: ‘version’ is given twice"]


def test_new_ids_are_accepted_when_nothing_else_is_wrong(folders):
    content, packs = folders
    replace_in(content / "ids.txt", "SLP-07.f\n", "")

    refused, _ = checked(content, packs, (), accept_new_ids=False)
    accepted, _ = checked(content, packs, (), accept_new_ids=True)

    assert refused == ["SLP-07.f: this id is new; add it with ‘flask bank check --accept-new-ids’"]
    assert accepted == []
    assert ids_ever_used(content) == ids_ever_used()


def test_new_ids_are_not_accepted_while_anything_else_is_wrong(folders):
    content, packs = folders
    replace_in(content / "ids.txt", "SLP-07.f\n", "")
    before = ids_ever_used(content)
    wrong = lambda _bank: ["C14: something is wrong with a clause"]  # noqa: E731

    found, _ = checked(content, packs, [wrong], accept_new_ids=True)

    assert found == ["C14: something is wrong with a clause"]
    assert ids_ever_used(content) == before


# --- nothing that can be written makes the check crash ----------------------------------------

JUNK = [None, True, -1, "junk", [], [7], {}, {"junk": 7}]


def places_in(value, so_far=(), seen=None):
    """Yield one path for each different place of content: keys, and the first of each list."""
    seen = set() if seen is None else seen
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in entries:
        path = (*so_far, key)
        kind = tuple("*" if isinstance(step, int) else step for step in path)
        if kind not in seen:
            seen.add(kind)
            yield path
        if isinstance(inner, dict | list):
            yield from places_in(inner, path, seen)


def with_junk(raw, path, junk):
    """Return a copy of ``raw`` with ``junk`` at ``path``; what is not on the way is shared."""
    changed = copy.copy(raw)
    changed[path[0]] = junk if len(path) == 1 else with_junk(raw[path[0]], path[1:], junk)
    return changed


def with_a_junk_key(raw, path):
    return with_junk(raw, (*path[:-1], "junk"), "junk") if isinstance(path[-1], str) else raw


def mended(read, raw):
    """Return the sentences about ``raw``; what can be read must be fit for the further checks."""
    try:
        return list(problems_in(*read(raw), ids_ever_used(), ()))
    except ContentError as error:
        return list(error.sentences)


SAMPLE = {
    **RAW,
    "questions": [entry_in(RAW, "questions", "SLP-07")],
    "schemas": [entry_in(RAW, "schemas", name) for name in ("T5", "CERT")],
    "checks": [entry_in(RAW, "checks", name) for name in ("X3", "X4")],
    "risks": RAW["risks"][:1],
    "themes": RAW["themes"][:1],
    "facts": RAW["facts"][:1],
}
BANK_PLACES = [path for path in places_in(SAMPLE) if path[0] != "version"]


@pytest.mark.parametrize("path", BANK_PLACES, ids=lambda path: ".".join(map(str, path)))
def test_no_junk_in_the_bank_crashes_the_check(path):
    spoilt = [with_junk(SAMPLE, path, junk) for junk in JUNK] + [with_a_junk_key(SAMPLE, path)]

    for raw in spoilt:
        sentences = mended(lambda raw: (read_bank(raw), {}), raw)

        assert all(isinstance(sentence, str) and ": " in sentence for sentence in sentences)


RAW_PACK = loader.read_yaml(loader.PACKS / "slp-essential.yml")


@pytest.mark.parametrize(
    "path", list(places_in(RAW_PACK)), ids=lambda path: ".".join(map(str, path))
)
def test_no_junk_in_a_pack_crashes_the_check(path):
    for junk in JUNK:
        raw = with_junk(RAW_PACK, path, junk)

        sentences = mended(lambda raw: (BANK, {"pack": read_pack(raw)}), raw)

        assert all(isinstance(sentence, str) and ": " in sentence for sentence in sentences)
