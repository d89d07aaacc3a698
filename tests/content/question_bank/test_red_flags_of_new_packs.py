"""Each flag of the packs on London and on algorithmic tools fires on the bid that deserves it."""

from __future__ import annotations

from typing import Any

import pytest

from question_bank import loader
from question_bank.rules.integrity.references import every_flag
from question_bank.rules.questions import Severity
from tests.content.question_bank.test_red_flags import EXCEPT, NO, flags, rows

RED, AMBER = "red", "amber"
NO_FEEDS = {"LON-04.b": None, "LON-04.c": None}
NOT_SHARED = {"LON-05.b": None, "LON-05.c": None}
CASES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "could not join a network": ({"LON-02.a": "cannot"}, {"LON-02.a:cannot": AMBER}),
    "does not want to join": ({"LON-02.a": "refused"}, {"LON-02.a:refused": AMBER}),
    "readings within limits": ({"LON-02.e": "with-limits"}, {"LON-02.e:with-limits": AMBER}),
    "readings not shared": ({"LON-02.e": "no"}, {"LON-02.e:no": RED}),
    "compared with nothing": (
        rows("LON-03.a", method="none"),
        {"LON-03.a:not-compared": AMBER},
    ),
    "checked at the factory": (
        rows("LON-03.a", method="factory-only"),
        {"LON-03.a:factory-only": AMBER},
    ),
    "never checked again": (
        rows("LON-03.a", interval_months="0"),
        {"LON-03.a:never-checked-again": AMBER},
    ),
    "files only": ({"LON-04.a": "files-only", **NO_FEEDS}, {"LON-04.a:files-only": AMBER}),
    "no aggregation": ({"LON-04.a": "no", **NO_FEEDS}, {"LON-04.a:no": AMBER}),
    "a charge for a feed": (rows("LON-04.b", charge="yes"), {"LON-04.b:charged": AMBER}),
    "nothing in the catalogue": ({"LON-05.a": "none", **NOT_SHARED}, {"LON-05.a:none": RED}),
    "a restricted licence": (
        rows("LON-05.b", licence="restricted"),
        {"LON-05.b:restricted-licence": AMBER},
    ),
    "no open joint": (
        {"LON-06.a": ["none"], "LON-06.b": "documented"},
        {"LON-06.a:none": AMBER},
    ),
    "a joint nobody can build to": (
        {"LON-06.a": ["platform-users"], "LON-06.b": "not-documented"},
        {"LON-06.b:not-documented": AMBER},
    ),
    "a component decides about people": (
        {**rows("ALG-01.b", influence="decides-people"), "ALG-02.a": "things-within-limits"},
        {"ALG-01.b:decides-about-people": RED},
    ),
    "a person decides, or so it says": (
        rows("ALG-01.b", influence="decides-people"),
        {
            "ALG-01.b:decides-about-people": RED,
            "ALG-02.a:person-decides-yet-it-does": AMBER,
        },
    ),
    "no facts for the record": ({"ALG-01.d": ["none"]}, {"ALG-01.d:none": RED}),
    "not how it works": (
        {"ALG-01.d": ["description", "responsibility", "data-access", "decision", "risks"]},
        {"ALG-01.d:not-how-it-works": AMBER},
    ),
    "a record with an exception": ({"ALG-01.e": EXCEPT}, {"ALG-01.e:yes-with-exception": AMBER}),
    "no record": ({"ALG-01.e": NO}, {"ALG-01.e:no": RED}),
    "acts on people first": (
        {"ALG-02.a": "people-reviewed-later"},
        {"ALG-02.a:people-reviewed-later": RED},
    ),
    "nobody can step in": ({"ALG-02.a": "nobody"}, {"ALG-02.a:nobody": RED}),
    "cannot be switched off": (
        {"ALG-02.b": ["see-reasons", "see-uncertainty", "overrule"]},
        {"ALG-02.b:cannot-step-in": RED},
    ),
    "reasons not shown": (
        {"ALG-02.b": ["see-uncertainty", "overrule", "switch-off"]},
        {"ALG-02.b:reasons-not-shown": AMBER},
    ),
    "overruled with an exception": ({"ALG-02.c": EXCEPT}, {"ALG-02.c:yes-with-exception": AMBER}),
    "cannot be overruled": ({"ALG-02.c": NO}, {"ALG-02.c:no": RED}),
    "no training of people": ({"ALG-02.d": "none"}, {"ALG-02.d:none": AMBER}),
    "no tests": ({"ALG-03.a": None}, {"ALG-03.a:no-tests": RED}),
    "a component without test": (
        {"ALG-03.a": [{**rows("ALG-03.a")["ALG-03.a"][0], "component": "Another"}]},
        {"ALG-03.a:component-without-test": AMBER},
    ),
    "tested on its own data": (
        rows("ALG-03.a", data="training"),
        {"ALG-03.a:tested-on-training-data": RED},
    ),
    "some do worse": (rows("ALG-03.a", groups="uneven"), {"ALG-03.a:some-groups-worse": RED}),
    "groups not compared": (
        rows("ALG-03.a", groups="not-compared"),
        {"ALG-03.a:groups-not-compared": AMBER},
    ),
    "an old test": (rows("ALG-03.a", tested="2024-06-01"), {"ALG-03.a:over-24-months": AMBER}),
    "tested here with an exception": ({"ALG-03.c": EXCEPT}, {"ALG-03.c:yes-with-exception": AMBER}),
    "not tested here": ({"ALG-03.c": NO}, {"ALG-03.c:no": RED}),
    "origin not known": ({"ALG-04.a": ["own", "not-known"]}, {"ALG-04.a:not-known": AMBER}),
    "no right to the data": ({"ALG-04.b": "not-known"}, {"ALG-04.b:not-known": RED}),
    "training with consent": (
        {"ALG-04.c": "product-with-consent", "ALG-04.d": "deleted"},
        {"ALG-04.c:product-with-consent": AMBER},
    ),
    "training without consent": (
        {"ALG-04.c": "without-consent", "ALG-04.d": "deleted"},
        {"ALG-04.c:without-consent": RED},
    ),
    "the model is kept": (
        {"ALG-04.c": "council-only-with-consent", "ALG-04.d": "kept"},
        {"ALG-04.d:kept": RED},
    ),
    "kept for a time elsewhere": ({"ALG-04.e": "may-keep"}, {"ALG-04.e:may-keep": AMBER}),
    "learnt from elsewhere": ({"ALG-04.e": "may-learn"}, {"ALG-04.e:may-learn": RED}),
    "told afterwards": (
        {"ALG-05.a": "told-after", "ALG-05.b": None},
        {"ALG-05.a:told-after": AMBER},
    ),
    "not told": ({"ALG-05.a": "not-told", "ALG-05.b": None}, {"ALG-05.a:not-told": RED}),
    "learns by itself": ({"ALG-05.a": "by-itself", "ALG-05.b": None}, {"ALG-05.a:by-itself": RED}),
    "no version": ({"ALG-05.c": "no"}, {"ALG-05.c:no": AMBER}),
    "no way back": ({"ALG-05.d": "cannot"}, {"ALG-05.d:cannot": AMBER}),
    "changes under the supplier": (
        {"ALG-05.e": "without-notice"},
        {"ALG-05.e:without-notice": AMBER},
    ),
    "explained to experts": ({"ALG-06.a": "technical"}, {"ALG-06.a:technical": AMBER}),
    "not explained": ({"ALG-06.a": "cannot", "ALG-06.b": None}, {"ALG-06.a:cannot": RED}),
    "explained late": ({"ALG-06.b": "11"}, {"ALG-06.b:over-ten-days": AMBER}),
    "wrong and not changed": ({"ALG-06.c": "not-changeable"}, {"ALG-06.c:not-changeable": RED}),
    "no help": ({"ALG-06.c": "no-help"}, {"ALG-06.c:no-help": RED}),
    "nothing watched": ({"ALG-07.a": ["none"]}, {"ALG-07.a:none": RED}),
    "results not watched": ({"ALG-07.a": ["running"]}, {"ALG-07.a:accuracy-not-watched": AMBER}),
    "rarely tested": ({"ALG-07.b": "25"}, {"ALG-07.b:over-24-months": AMBER}),
    "never tested again": ({"ALG-07.b": None}, {"ALG-07.b:never-again": RED}),
    "the council sees nothing": ({"ALG-07.d": "nothing"}, {"ALG-07.d:nothing": AMBER}),
    "records soon gone": ({"ALG-07.e": "11"}, {"ALG-07.e:under-12-months": AMBER}),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), CASES.values(), ids=CASES.keys())
def test_a_bid_raises_the_flags_it_deserves_and_no_others(changes, expected):
    assert flags(changes) == expected


def test_every_flag_of_the_new_questions_that_proposes_a_risk_is_tried():
    all_flags = {
        rule
        for rule, flag in every_flag(loader.shipped_bank())
        if rule.startswith(("LON-", "ALG-")) and flag.severity is not Severity.INFO
    }
    tried = {rule for _, expected in CASES.values() for rule in expected}

    assert all_flags - tried == set()


def test_no_flag_of_the_questions_on_london_proposes_failure():
    severities = {
        flag.severity for rule, flag in every_flag(loader.shipped_bank()) if rule.startswith("LON-")
    }

    assert severities == {Severity.RED, Severity.AMBER, Severity.INFO}
