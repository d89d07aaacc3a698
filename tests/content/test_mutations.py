"""The check of the content finds each deliberate mistake and says where it is and what to do.

The shipped content is read once; each mistake is made in a copy of what was read. Mistakes of the
file itself are made in a copied folder.
"""

from __future__ import annotations

import copy
import shutil

import pytest

from contract_clauses.loader import problems_with, raw_library
from contract_clauses.rules.integrity import library_problems
from contract_clauses.rules.reading import read_library
from question_bank import loader
from question_bank.commands import checked, ids_ever_used
from question_bank.rules.integrity import problems_in
from question_bank.rules.packs import read_pack
from question_bank.rules.reading import ContentError, read_bank

pytestmark = pytest.mark.slow

RAW = loader.raw_bank()
RAW_PACKS = {path.stem: loader.read_yaml(path) for path in sorted(loader.PACKS.glob("*.yml"))}
IDS = ids_ever_used()


def found(raw, packs):
    """Return every sentence of the check about the content, as ``flask bank check`` prints them."""
    try:
        bank = read_bank(raw)
        packs = {pack.id: pack for pack in map(read_pack, packs.values())}
    except ContentError as error:
        return list(error.sentences)
    return [*problems_in(bank, packs, IDS, ()), *problems_with(bank)]


def spoiled(change):
    raw, packs = copy.deepcopy(dict(RAW)), copy.deepcopy(RAW_PACKS)
    change(raw, packs)
    return raw, packs


# --- where a mistake is made ------------------------------------------------------------------


def entry(raw, family, entry_id):
    return next(one for one in raw[family] if one["id"] == entry_id)


def question(question_id, /, **changes):
    return lambda raw, _packs: entry(raw, "questions", question_id).update(changes)


def risk(risk_id, **changes):
    return lambda raw, _packs: entry(raw, "risks", risk_id).update(changes)


def check(check_id, **changes):
    return lambda raw, _packs: entry(raw, "checks", check_id).update(changes)


def part_in(raw, part_id):
    parts = entry(raw, "questions", part_id.partition(".")[0])["parts"]
    return next(part for part in parts if part["id"] == part_id)


def part(part_id, /, **changes):
    written = {key.rstrip("_"): value for key, value in changes.items()}
    return lambda raw, _packs: part_in(raw, part_id).update(written)


def option(part_id, chosen, /, **changes):
    def change(raw, _packs):
        options = part_in(raw, part_id)["options"]
        next(one for one in options if one["value"] == chosen).update(changes)

    return change


def flag(part_id, value, **changes):
    def change(raw, _packs):
        options = part_in(raw, part_id)["options"]
        next(one for one in options if one["value"] == value)["flag"].update(changes)

    return change


def without(part_id, value, key):
    def change(raw, _packs):
        options = part_in(raw, part_id)["options"]
        del next(one for one in options if one["value"] == value)[key]

    return change


def outcome(part_id, outcome_id, **changes):
    def change(raw, _packs):
        outcomes = part_in(raw, part_id)["outcomes"]
        next(one for one in outcomes if one["id"] == outcome_id).update(changes)

    return change


def shown(part_id, condition):
    return part(part_id, shown_when=condition)


def both(*changes):
    def change(raw, packs):
        for one in changes:
            one(raw, packs)

    return change


def section(number, **changes):
    return lambda _raw, packs: packs["slp-full"]["sections"][number].update(changes)


def asked(number, place, **changes):
    return lambda _raw, packs: packs["slp-full"]["sections"][number]["questions"][place].update(
        changes
    )


def drop(family, entry_id):
    return lambda raw, _packs: raw[family].remove(entry(raw, family, entry_id))


def add(family, **new):
    return lambda raw, _packs: raw[family].append({**raw[family][0], **new})


def drop_part(part_id):
    def change(raw, _packs):
        parts = entry(raw, "questions", part_id.partition(".")[0])["parts"]
        parts.remove(part_in(raw, part_id))

    return change


def drop_level(question_id, level):
    return lambda raw, _packs: entry(raw, "questions", question_id)["levels"].pop(level)


GONE = "this id was used before and is gone; ids are permanent, bring it back"
OFFLINE = {"part": "SLP-07.f", "is": "offline"}
NONE = {"part": "SLP-07.f", "is": "none"}
NEW_ID = "this id is new; add it with ‘flask bank check --accept-new-ids’"

# --- form: what cannot be read ----------------------------------------------------------------

FORM = {
    "an unknown key of a question": (
        question("SLP-07", titel="x"),
        "SLP-07: ‘titel’ is not a known key; did you mean ‘title’?",
    ),
    "an unknown key of a part": (
        part("SLP-07.f", evidnce="x"),
        "SLP-07.f: ‘evidnce’ is not a known key; did you mean ‘evidence’?",
    ),
    "an unknown key of a risk": (
        risk("R10", tretment="treat"),
        "R10: ‘tretment’ is not a known key; did you mean ‘treatment’?",
    ),
    "a wrong class": (
        part("SLP-07.f", class_="scord"),
        "SLP-07.f: ‘scord’ is not a class of part; did you mean ‘scored’?",
    ),
    "a wrong kind": (
        part("SLP-07.a", kind="narative"),
        "SLP-07.a: ‘narative’ is not a kind of part; did you mean ‘narrative’?",
    ),
    "a wrong severity": (
        flag("SLP-07.f", "none", severity="orange"),
        "SLP-07.f, option none: ‘orange’ is not a severity; "
        "write one of knock-out, red, amber, info",
    ),
    "an unknown schema": (
        part("SLP-07.i", schema="T55"),
        "SLP-07.i: ‘T55’ is not a table schema; did you mean ‘T5’?",
    ),
    "a table without schema": (
        part("SLP-07.i", schema=None),
        "SLP-07.i: a table needs a ‘schema’",
    ),
    "a label left out": (part("SLP-07.f", label=""), "SLP-07.f: ‘label’ is missing"),
    "an option given twice": (
        lambda raw, _packs: part_in(raw, "SLP-07.f")["options"].append(
            {"value": "offline", "label": "Offline again", "ceiling": 1}
        ),
        "SLP-07.f: the option ‘offline’ is given 2 times; every value is used once",
    ),
    "a truth value for an option": (
        option("SLP-07.f", "none", value=False),
        "SLP-07.f, option False: write the value in quotes, as text",
    ),
    "a truth value in a condition": (
        shown("SLP-07.h", {"part": "SLP-07.b", "is": True}),
        'SLP-07.h, shown_when: write "yes" or "no" in quotes, not True',
    ),
    "a ceiling in words": (
        option("SLP-07.f", "none", ceiling="zero"),
        "SLP-07.f, option none: the ceiling is a whole number from 0 to 5, not ‘zero’",
    ),
    "a kind of condition that is none": (
        shown("SLP-07.h", {"prt": "SLP-07.f", "is": "offline"}),
        "SLP-07.h, shown_when: ‘prt’ is not a kind of condition; did you mean ‘part’?",
    ),
    "an operator that is none": (
        shown("SLP-07.h", {"part": "SLP-07.f", "isnt": "offline"}),
        "SLP-07.h, shown_when: ‘isnt’ cannot stand here; did you mean ‘is_not’?",
    ),
    "two operators": (
        shown("SLP-07.h", {"part": "SLP-07.f", "is": "offline", "is_not": "none"}),
        "SLP-07.h, shown_when: compare ‘SLP-07.f’ with exactly one of is, is_not, in, not_in, "
        "has, has_any, lacks, lacks_any, more_than, less_than, at_least, at_most, before, after, "
        "older_than",
    ),
    "a list for lacks": (
        shown("SLP-07.h", {"part": "SLP-06.e", "lacks": ["secure-boot", "closed-ports"]}),
        "SLP-07.h, shown_when: ‘lacks’ takes one value; for a list there is ‘lacks_any’",
    ),
    "any_row without where": (
        outcome("SLP-07.i", "rto-over-target", when={"any_row": "SLP-07.i"}),
        "SLP-07.i, outcome rto-over-target, when: "
        "‘any_row’ needs ‘where’, a condition on the columns",
    ),
    "a version that is no whole number": (
        question("SLP-07", version="1.5"),
        "SLP-07, version: write a whole number, not ‘1.5’",
    ),
    "a class of a packs question": (
        asked(0, 0, class_="informaton"),
        "slp-full, section data-protection-and-rights, SLP-01: ‘class_’ is not a known key; "
        "did you mean ‘class’?",
    ),
    "a threshold outside the scale": (
        asked(0, 0, threshold=6),
        "slp-full, section data-protection-and-rights, SLP-01, threshold: write a mark from 1 to 5",
    ),
}

# --- references: what is not there ------------------------------------------------------------

REFERENCES = {
    "a slip in the id of a risk": (
        flag("SLP-07.f", "online-replica", risks=["R110"]),
        "SLP-07.f:online-replica: R110 is not in the risk library; did you mean ‘R10’?",
    ),
    "a slip in the main risk": (
        question("SLP-07", main_risk="R99"),
        "SLP-07: main_risk R99 is not in the risk library",
    ),
    "a flag naming no risk": (
        flag("SLP-07.f", "online-replica", risks=[]),
        "SLP-07.f:online-replica: a flag names at least one risk",
    ),
    "a clause topic that is none": (
        flag("SLP-07.f", "online-replica", clauses=["C44"]),
        "SLP-07.f:online-replica: C44 is not a clause topic",
    ),
    "a slip in the id of a part": (
        shown("SLP-07.h", {"part": "SLP-07.ff", "is": "offline"}),
        "SLP-07.h, shown_when: SLP-07.ff is not a part; did you mean ‘SLP-07.f’?",
    ),
    "an unknown fact": (
        shown("SLP-07.h", {"fact": "availabilty_matters", "is": "yes"}),
        "SLP-07.h, shown_when: tender.availabilty_matters is not a tender fact; "
        "did you mean ‘availability_matters’?",
    ),
    "an unknown column": (
        outcome(
            "SLP-07.i",
            "rto-over-target",
            when={"any_row": "SLP-07.i", "where": {"column": "rtoo", "more_than": "24h"}},
        ),
        "SLP-07.i:rto-over-target: SLP-07.i has no column ‘rtoo’; did you mean ‘rto’?",
    ),
    "an unknown column of the list of rows": (
        lambda raw, _packs: entry(raw, "schemas", "T5").update(list_columns=["componet"]),
        "T5: there is no column ‘componet’; did you mean ‘component’?",
    ),
    "an option that is not offered": (
        shown("SLP-07.h", {"part": "SLP-07.f", "is": "off-line"}),
        "SLP-07.h, shown_when: SLP-07.f is never ‘off-line’; did you mean ‘offline’?",
    ),
    "a check of an unknown part": (
        check("X3", when={"part": "SLP-12.aa", "is": "no"}),
        "X3: SLP-12.aa is not a part; did you mean ‘SLP-12.a’?",
    ),
    "a check of an unknown risk": (
        check("X3", risks=["R12."]),
        "X3: R12. is not in the risk library; did you mean ‘R12’?",
    ),
    "a covered requirement of no part": (
        lambda raw, _packs: entry(raw, "questions", "SLP-11")["covered_by"][0].update(
            part="SLP-13.bb"
        ),
        "SLP-11.c: SLP-13.bb is not a part; did you mean ‘SLP-13.b’?",
    ),
    "a pack naming an unknown question": (
        asked(2, 0, id="SLP-60"),
        "slp-full, security: SLP-60 is not a question; did you mean ‘SLP-06’?",
    ),
    "a pack naming an unknown part": (
        asked(2, 0, parts=["SLP-06.a", "SLP-06.bb"]),
        "slp-full, security: SLP-06 has no part SLP-06.bb; did you mean ‘SLP-06.b’?",
    ),
    "a pack leaving out what shows a part": (
        asked(6, 0, parts=["SLP-14.a", "SLP-14.d2"]),
        "slp-full, sensors: SLP-14.d2 is shown by SLP-14.d, which the pack leaves out",
    ),
    "a pack asking a question twice": (
        lambda _raw, packs: packs["slp-full"]["sections"][2]["questions"].append(
            {"id": "SLP-14", "weight": "0"}
        ),
        "slp-full, sensors: SLP-14 is asked twice; leave one of them out",
    ),
    "an orphan risk": (
        add("risks", id="R99"),
        f"R99: {NEW_ID}",
        "R99: no answer, check or low mark raises this risk",
    ),
    "two owners of a table": (
        part("LON-03.c", kind="table", schema="T12"),
        "T12: each table is one answer with one owner, not several (LON-03.a, LON-03.c)",
    ),
}

# --- conditions: what does not fit ------------------------------------------------------------

CONDITIONS = {
    "an operator wrong for a choice": (
        shown("SLP-07.h", {"part": "SLP-07.f", "more_than": 3}),
        "SLP-07.h, shown_when: ‘more_than’ needs a number, money or duration; SLP-07.f is choice",
    ),
    "an operator wrong for a date": (
        outcome("SLP-07.g", "over-12-months", when={"part": "SLP-07.g", "more_than": 12}),
        "SLP-07.g:over-12-months: ‘more_than’ needs a number, money or duration; SLP-07.g is date",
    ),
    "an operator wrong for a choice of one": (
        shown("SLP-07.h", {"part": "SLP-07.f", "lacks": "offline"}),
        "SLP-07.h, shown_when: ‘lacks’ needs several choices; SLP-07.f is choice",
    ),
    "rows of what is no table": (
        shown("SLP-07.h", {"rows": "SLP-07.f", "more_than": 0}),
        "SLP-07.h, shown_when: ‘rows’ needs a table; SLP-07.f is choice",
    ),
    "a whole table compared": (
        outcome("SLP-07.i", "rto-over-target", when={"part": "SLP-07.i", "is": "x"}),
        "SLP-07.i:rto-over-target: compare a column of SLP-07.i, not the whole of it",
    ),
    "shown by a later part": (
        shown("SLP-07.a", OFFLINE),
        "SLP-07.a: shown_when reads SLP-07.f, which is not asked before it",
    ),
    "shown by itself": (
        shown("SLP-07.f", {"answered": "SLP-07.f"}),
        "SLP-07.f, shown_when: it goes round in a circle (SLP-07.f → SLP-07.f); "
        "ask one of them always",
    ),
    "shown only by each other": (
        both(
            shown("LON-06.b", {"answered": "LON-06.c"}),
            shown("LON-06.c", {"answered": "LON-06.d"}),
            shown("LON-06.d", {"part": "LON-06.b", "is": "documented"}),
        ),
        "LON-06.b, shown_when: it goes round in a circle "
        "(LON-06.b → LON-06.c → LON-06.d → LON-06.b); ask one of them always",
    ),
    "unreachable: two answers at once": (
        shown("SLP-07.h", {"all": [OFFLINE, NONE]}),
        "SLP-07.h, shown_when: this is never true, so nobody is asked; change or leave it out",
    ),
    "unreachable: a number outside its limits": (
        shown("SLP-11.e3", {"part": "SLP-11.e2", "more_than": 60}),
        "SLP-11.e3, shown_when: this is never true, so nobody is asked; change or leave it out",
    ),
    "unreachable: against what shows the part before": (
        shown("SLP-14.f", {"all": [{"answered": "SLP-14.d2"}, {"part": "SLP-14.d", "is": "no"}]}),
        "SLP-14.f, shown_when: this is never true, so nobody is asked; change or leave it out",
    ),
    "an outcome that cannot come true": (
        outcome("SLP-07.g", "never-tested", when={"all": [OFFLINE, {"missing": "SLP-07.f"}]}),
        "SLP-07.g:never-tested: this is never true, whatever is answered; change or leave it out",
    ),
    "an outcome against what shows its part": (
        lambda raw, _packs: part_in(raw, "SLP-09.c3").update(
            outcomes=[
                {"id": "late", "when": {"part": "SLP-09.c", "is": "council-arranges"}, "ceiling": 1}
            ]
        ),
        f"SLP-09.c3:late: {NEW_ID}",
        "SLP-09.c3:late: this is never true, whatever is answered; change or leave it out",
    ),
    "a check that cannot fail": (
        check("X3", when={"all": [{"part": "SLP-12.a", "is": v} for v in ("yes", "no")]}),
        "X3: this is never true, whatever is answered; change or leave it out",
    ),
    "a requirement that nobody meets": (
        question(
            "SLP-09", pass_when={"all": [{"part": "SLP-09.b", "is": v} for v in ("yes", "no")]}
        ),
        "SLP-09, pass_when: this is never true, whatever is answered; change or leave it out",
    ),
}

# --- ids, marking, words, weights -------------------------------------------------------------

IDS_AND_MARKING = {
    "a retired id": (
        drop_part("SLP-07.g2"),
        f"SLP-07.g2: {GONE}",
    ),
    "a changed id": (
        part("SLP-07.a", id="SLP-07.aa"),
        f"SLP-07.a: {GONE}",
        f"SLP-07.aa: {NEW_ID}",
    ),
    "an option without outcome": (
        without("SLP-07.f", "offline", "ceiling"),
        "SLP-07.f, offline: every option says its ceiling, 0 to 5",
    ),
    "a ceiling outside the scale": (
        option("SLP-07.f", "none", ceiling=6),
        "SLP-07.f:none: the ceiling is a whole number from 0 to 5",
    ),
    "a level outside the scale": (
        lambda raw, _packs: entry(raw, "questions", "SLP-07")["levels"].update({"6": "Better"}),
        "SLP-07: level 6 is outside 0 to 5",
    ),
    "a missing descriptor": (drop_level("SLP-07", "3"), "SLP-07: level 3 has no descriptor"),
    "a level of the scale left out": (
        lambda raw, _packs: raw["scale"].pop("4"),
        "scale: level 4 has no test",
    ),
    "pass_when without pass_says": (
        question("SLP-09", pass_says=""),
        "SLP-09: pass_when needs pass_says, why a bid fails",
    ),
    "an outcome that leads to nothing": (
        lambda raw, _packs: part_in(raw, "SLP-07.g")["outcomes"][1].pop("ceiling"),
        "SLP-07.g:over-12-months: an outcome has a ceiling, a flag, or both",
    ),
    "a choice of one": (
        lambda raw, _packs: part_in(raw, "LON-05.c").update(
            options=part_in(raw, "LON-05.c")["options"][:1]
        ),
        f"LON-05.c:no: {GONE}",
        f"LON-05.c:summary: {GONE}",
        "LON-05.c: a choice offers at least two options",
    ),
    "a required part without its message": (
        part("SLP-07.f", messages={}),
        "SLP-07.f: say what to do when it is missing (messages: missing)",
    ),
    "a narrative without limit": (
        part("SLP-07.a", words=None),
        "SLP-07.a: a narrative has a word limit (‘words’)",
    ),
    "no time for the supplier": (
        question("SLP-07", minutes=0),
        "SLP-07: say how many minutes a supplier needs (‘minutes’)",
    ),
}
WORDS = {
    "an unknown control": (
        question("SLP-07", controls={"cloud": ["CL15"]}),
        "SLP-07, controls: cloud has no ‘CL15’",
    ),
    "an unknown framework": (
        question("SLP-07", controls={"cload": ["CL2"]}),
        "SLP-07, controls: ‘cload’ is not a framework; did you mean ‘cloud’?",
    ),
    "an unknown topic": (
        question("SLP-07", topic="resiliense"),
        "SLP-07: ‘resiliense’ is not a topic; did you mean ‘resilience’?",
    ),
    "an unknown code of a message": (
        part("SLP-07.f", messages={"missing": "Select it", "too_lomg": "Shorter"}),
        "SLP-07.f, messages: nothing shows ‘too_lomg’; did you mean ‘too_long’?",
    ),
    "an impact outside 1 to 5": (
        risk("R10", impact=6),
        "R10: the impact is a whole number from 1 to 5",
    ),
    "a text too long": (
        part("SLP-07.f", ask="x" * 300),
        "SLP-07.f: the ask has 300 characters; its place holds 220",
    ),
    "a descriptor too long": (
        lambda raw, _packs: entry(raw, "questions", "SLP-07")["levels"].update({"3": "x" * 500}),
        "SLP-07, level 3: the level has 500 characters; its place holds 420",
    ),
    "HTML": (
        question("SLP-07", why="<b>Because</b>"),
        "SLP-07: HTML is not shown; write plain words",
    ),
    "a heading in Markdown": (
        question("SLP-07", guidance="# What good looks like"),
        "SLP-07: headings belong to the page; write a paragraph",
    ),
    "a link in Markdown": (
        question("SLP-07", guidance="See [here](https://example.com)"),
        "SLP-07: pages need no internet; name the document, do not link it",
    ),
    "an option without label": (
        option("SLP-07.f", "offline", label=""),
        "SLP-07.f, offline: an option needs a label",
    ),
}
WEIGHTS = {
    "sections of 99": (
        section(0, weight="11"),
        "slp-full: the sections' weights sum to 99, not 100",
    ),
    "questions of 101": (
        asked(2, 0, weight="101"),
        "slp-full, security: the questions' weights sum to 101, not 100",
    ),
    "weights in a section without": (
        lambda _raw, packs: packs["pan-london"]["sections"].append(
            {
                "id": "more",
                "title": "More",
                "weight": "100",
                "questions": [{"id": "ALG-01", "weight": "0"}],
            }
        ),
        "pan-london, more: the questions' weights sum to 0, not 100",
    ),
    "a weight for what is for information": (
        asked(2, 0, **{"class": "information"}),
        "slp-full, security, SLP-06: a question with a weight is scored, not ‘information’; "
        "give it weight 0 or leave out its class",
    ),
    "a threshold without a mark": (
        asked(0, 1, threshold=3),
        "slp-full, data-protection-and-rights, SLP-02: a threshold is for a mark; "
        "give the question a weight",
    ),
}

MISTAKES = {**FORM, **REFERENCES, **CONDITIONS, **IDS_AND_MARKING, **WORDS, **WEIGHTS}

CLAUSES = {
    "a clause that can never be in": (
        ("included_when", {"all": [OFFLINE, NONE]}),
        "C25, included_when: this is never true, whatever is answered; change or leave it out",
    ),
    "a clause that waits for an unknown part": (
        ("included_when", {"answered": "ALG-01.bb"}),
        "C25, included_when: ALG-01.bb is not a part; did you mean ‘ALG-01.b’?",
    ),
    "a clause that waits for an unknown risk": (
        ("included_when", {"risk": ["R39x"]}),
        "C25, included_when: R39x is not in the risk library; did you mean ‘R39’?",
    ),
    "a sub-clause that can never be in": (
        ("when", {"part": "ALG-05.b", "more_than": 250}),
        "C25.10, when: this is never true, whatever is answered; change or leave it out",
    ),
}

# --- the tests --------------------------------------------------------------------------------


def test_the_content_without_mistake_has_nothing_to_mend():
    assert found(RAW, RAW_PACKS) == []


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_its_place_and_remedy_and_nothing_else_is(mistake):
    change, *sentences = mistake

    assert found(*spoiled(change)) == sentences


@pytest.mark.parametrize(("change", "sentence"), CLAUSES.values(), ids=CLAUSES.keys())
def test_a_mistake_in_a_clause_is_named_with_its_place_and_remedy(change, sentence):
    raw = copy.deepcopy(dict(raw_library()))
    clause = next(clause for clause in raw["clauses"] if clause["id"] == "C25")
    at = clause if change[0] == "included_when" else clause["depths"]["standard"][9]
    at[change[0]] = change[1]

    assert library_problems(read_library(raw), read_bank(RAW)) == [sentence]


def test_a_pack_that_asks_a_part_before_what_shows_it_says_which_question_to_move():
    raw, packs = spoiled(shown("SLP-08.a", OFFLINE))
    questions = packs["slp-full"]["sections"][3]["questions"]
    questions.reverse()

    assert found(raw, packs) == [
        "slp-full, resilience-and-encryption: SLP-08.a is shown by SLP-07.f, "
        "which the pack asks later; put SLP-07 before it"
    ]


def test_each_family_of_mistakes_is_tried_and_there_are_more_than_thirty():
    assert len(MISTAKES) + len(CLAUSES) + len(IN_A_FILE) > 80


# --- mistakes of the file itself --------------------------------------------------------------

SLP_07 = "content/questions/SLP-07-disaster-recovery.yml"
IN_A_FILE = {
    "a bracket left open": (
        SLP_07,
        ("controls:\n", "controls: {cloud: [CL2\n"),
        "SLP-07-disaster-recovery.yml: while parsing a flow",
    ),
    "a tab": (
        SLP_07,
        ("topic: resilience", "\ttopic: resilience"),
        "SLP-07-disaster-recovery.yml: while scanning",
    ),
    "a colon in a text": (
        SLP_07,
        ("title: Disaster recovery", "title: Disaster recovery: all of it"),
        "SLP-07-disaster-recovery.yml: mapping values are not allowed in this context",
    ),
    "a key given twice": (
        SLP_07,
        ("topic: resilience", "topic: resilience\ntopic: security"),
        "SLP-07-disaster-recovery.yml: line ",
    ),
    "a tag that makes an object": (
        SLP_07,
        ("title: Disaster recovery", "title: !!python/object/apply:os.getcwd []"),
        "SLP-07-disaster-recovery.yml: could not determine a constructor for the tag",
    ),
    "an alias to nothing": (
        SLP_07,
        ("title: Disaster recovery", "title: *elsewhere"),
        "SLP-07-disaster-recovery.yml: found undefined alias",
    ),
    "a list where a question belongs": (
        SLP_07,
        ("id: SLP-07", "- id: SLP-07\n# "),
        "SLP-07-disaster-recovery.yml: ",
    ),
    "a pack that is no YAML": (
        "packs/slp-full.yml",
        ("sections:", "sections: ["),
        "slp-full.yml: ",
    ),
}


@pytest.fixture
def folders(tmp_path):
    shutil.copytree(loader.CONTENT, tmp_path / "content")
    shutil.copytree(loader.PACKS, tmp_path / "packs")
    return tmp_path


@pytest.mark.parametrize(("name", "change", "beginning"), IN_A_FILE.values(), ids=IN_A_FILE.keys())
def test_a_mistake_of_the_file_is_named_once_with_the_file(folders, name, change, beginning):
    path = folders / name
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), encoding="utf-8")

    sentences, _ = checked(folders / "content", folders / "packs", (), accept_new_ids=False)

    assert [sentence[: len(beginning)] for sentence in sentences] == [beginning]


def test_a_file_that_is_missing_is_named(folders):
    (folders / "content" / "facts.yml").unlink()

    sentences, _ = checked(folders / "content", folders / "packs", (), accept_new_ids=False)

    assert sentences == ["facts.yml: this file is missing"]
