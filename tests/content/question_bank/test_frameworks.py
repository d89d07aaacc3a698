"""The frameworks as shipped: whole tables, both versions of the CAF, every name of the guide."""

from __future__ import annotations

import copy

import pytest

from question_bank import loader
from question_bank.rules.crosswalk import answered_at, coverage
from question_bank.rules.frameworks import Binding
from question_bank.rules.integrity.frameworks import problems
from question_bank.rules.integrity.vocabulary import problems as vocabulary_problems
from question_bank.rules.reading import read_bank
from tenders.rules.freezing import freeze, thaw

BANK = loader.shipped_bank()
RAW = loader.raw_bank()
FRAMEWORKS = BANK.frameworks
COVERAGE = {found.framework.id: found for found in coverage(BANK.questions.values(), FRAMEWORKS)}

# How many controls the source's tables have. Of ISO/IEC 27001 only those near to questions.
SIZES = {
    "connected-places": 14,
    "caf-4.0": 41,
    "caf-3.2": 39,
    "cloud": 14,
    "supply-chain": 12,
    "cyber-essentials": 5,
    "etsi-303645": 13,
}
# What the LOTI guide names, and the page that helps with it.
NAMED_IN_THE_GUIDE = {
    "Emerging Technology Charter": "emerging-technology-charter",
    "London Data Charter": "london-data-charter",
    "DPIA": "dpia",
    "Equalities assessment": "equality-impact-assessment",
    "London DataStore, Data for London Platform": "london-datastore",
    "CDEI Algorithmic Transparency Hub": "atrs-4.0",
    "LOTI Recommendations for Data Ethics": "loti-data-ethics",
    "ODI Data Ethics Canvas": "odi-data-ethics-canvas",
    "GDS Data Ethics Framework": "gds-data-ethics-framework",
    "UKSA ethics self-assessment": "uksa-ethics-self-assessment",
    "Brent Data Ethics Board": "data-ethics-board",
    "Camden Data Charter": "camden-data-charter",
    "DTPR": "dtpr",
    "Freedom of Information": "foi",
    "Interoperability and Data Access guide": "loti-interoperability",
    "Innovation in Procurement Toolkit": "loti-procurement-toolkit",
    "Outcomes-Based Methodology": "loti-outcomes",
    "Local Digital Declaration": "local-digital-declaration",
    "TfL Unified API": "tfl-unified-api",
    "EV charge point standards": "ev-charge-point-data",
    "Breathe London": "breathe-london",
    "6 Steps to Cyber Resilience": "loti-cyber-resilience",
    "NCSC connected places principles": "connected-places",
    "NCSC CAF": "caf-4.0",
    "NCSC secure systems": "ncsc-secure-systems",
    "DSIT playbook": "connected-places-playbook",
    "DSIT procurement and supply chain": "connected-places-procurement",
    "NCSC and CPNI": "ncsc-npsa-advice",
    "InnOvaTe": "slp-innovate-principles",
    "Data Protection Act and GDPR": "uk-gdpr",
    "ISO 9001": "iso-9001",
    "Cyber Essentials Plus": "cyber-essentials",
    "PAS 185": "pas-185-2017",
}


@pytest.mark.parametrize("framework_id", SIZES)
def test_a_framework_that_is_complete_has_every_control(framework_id):
    framework = FRAMEWORKS[framework_id]

    assert (len(framework.controls), framework.complete) == (SIZES[framework_id], True)


def test_only_some_controls_of_iso_27001_are_listed_and_it_says_so():
    framework = FRAMEWORKS["iso-27001-2022"]

    assert framework.complete is False
    assert framework.unsure.startswith("Only controls near to the questions of this bank")


@pytest.mark.parametrize("name", NAMED_IN_THE_GUIDE)
def test_what_the_guide_names_has_a_page_that_says_where(name):
    assert FRAMEWORKS[NAMED_IN_THE_GUIDE[name]].guide != ""


@pytest.mark.parametrize("framework", FRAMEWORKS.values(), ids=lambda each: each.id)
def test_every_framework_is_answered_somewhere(framework):
    assert answered_at(framework, BANK.questions.values(), FRAMEWORKS) != ()


def test_there_is_nothing_to_mend_in_the_frameworks():
    assert list(problems(BANK)) == []


def test_a2b_means_assurance_in_one_version_and_threat_in_the_other():
    titles = {name: FRAMEWORKS[name].control("A2.b").title for name in ("caf-3.2", "caf-4.0")}
    tested = {
        name: {control.id: ids for control, ids in COVERAGE[name].tested}["A2.b"] for name in titles
    }

    assert titles == {"caf-3.2": "Assurance", "caf-4.0": "Understanding threat"}
    assert tested == {"caf-3.2": ("SLP-05", "SLP-10"), "caf-4.0": ("SLP-10",)}


def test_what_is_new_in_a_version_is_in_none_before_it():
    older, newer = FRAMEWORKS["caf-3.2"], FRAMEWORKS["caf-4.0"]
    kept = {older.id_in_successor(control.id) for control in older.controls}

    assert sorted({control.id for control in newer.controls} - kept) == ["A2.b", "A4.b"]


def test_the_principles_of_the_guide_are_tested_but_for_those_that_bind_only_the_council():
    principles = COVERAGE["loti-guide"]

    assert [control.id for control, _ in principles.tested] == ["2", "3", "4"]
    assert [control.id for control in principles.untested] == ["1", "5"]


def test_a_bill_is_not_called_law():
    assert FRAMEWORKS["cyber-security-resilience-bill"].binding is Binding.PROPOSED


def test_frameworks_are_frozen_with_a_tender_and_an_old_tender_has_none():
    pack = loader.shipped_packs()["slp-full"]
    raw_pack = loader.read_yaml(loader.PACKS / "slp-full.yml")
    frozen = freeze(BANK, pack, raw_pack, terms={}, libraries={})
    thawed = thaw(frozen)
    del frozen["bank"]["frameworks"]

    assert thawed.bank.frameworks == FRAMEWORKS
    assert thaw(frozen).bank.frameworks == {}


# --- the checks can fail: one mistake each ----------------------------------------------------


def spoiled(framework_id, **changes):
    raw = copy.deepcopy(dict(RAW))
    entry = next(each for each in raw["frameworks"] if each["id"] == framework_id)
    entry.update(changes)
    return read_bank(raw)


@pytest.mark.parametrize(
    ("framework_id", "changes", "sentence"),
    [
        (
            "dpia",
            {"answered_by": ["SLP-01.dd"]},
            "dpia, answered_by: SLP-01.dd is not a question or part; did you mean ‘SLP-01.d’?",
        ),
        (
            "dpia",
            {"answered_by": []},
            "dpia: say in ‘answered_by’ where it is answered, as it has no controls",
        ),
        ("dpia", {"who": "x" * 401}, "dpia: the who has 401 characters; its place holds 400"),
        ("dpia", {"about": "<b>x</b>"}, "dpia, about: HTML is not shown; write plain words"),
        (
            "caf-3.2",
            {"successor": "caf-5.0"},
            "caf-3.2: ‘caf-5.0’, its successor, is not a framework",
        ),
        ("caf-4.0", {"successor": "caf-3.2"}, "caf-4.0: it cannot come before itself; mend ‘succ"),
        (
            "caf-3.2",
            {"replaced": {}},
            "caf-3.2: A2.b is not the same in caf-4.0; say in ‘replaced’ what became of it",
        ),
        (
            "caf-3.2",
            {"replaced": {"A2.b": {"by": "A2.z", "note": "x"}, "Z1": {"by": "A1.a", "note": "x"}}},
            "caf-3.2, replaced, A2.b: caf-4.0 has no ‘A2.z’",
        ),
        (
            "caf-3.2",
            {"replaced": {"Z1": {"by": "A1.a", "note": "x"}}},
            "caf-3.2, replaced: caf-3.2 has no ‘Z1’",
        ),
        (
            "connected-places",
            {"groups": [{"title": "G", "controls": {"CP1": "One"}}]},
            "P185-01, connected_places: connected-places has no ‘CP3’",
        ),
        (
            "psti-2022",
            {"groups": [{"title": "G", "controls": {"x": {"title": "X", "tested_by": ["SLP-6"]}}}]},
            "psti-2022, x: SLP-6 is not a question; did you mean ‘SLP-06’?",
        ),
        (
            "cloud",
            {
                "groups": [
                    {"title": "G", "controls": {"CL1": "One"}},
                    {"title": "H", "controls": {"CL1": "One"}},
                ]
            },
            "cloud: the control CL1 is given 2 times",
        ),
    ],
)
def test_a_mistake_in_a_framework_is_named_with_its_remedy(framework_id, changes, sentence):
    found = [each[: len(sentence)] for each in problems(spoiled(framework_id, **changes))]

    assert sentence in found


def test_a_question_cannot_name_a_framework_that_has_no_controls():
    raw = copy.deepcopy(dict(RAW))
    asked = next(each for each in raw["questions"] if each["id"] == "SLP-07")
    asked["controls"] = {"dpia": ["1"], "caf-4.0": ["C2.b"]}

    found = list(vocabulary_problems(read_bank(raw)))

    assert [each.partition(";")[0] for each in found] == [
        "SLP-07, controls: ‘dpia’ is not a framework",
        "SLP-07, controls: caf-4.0 has no ‘C2.b’",
    ]
