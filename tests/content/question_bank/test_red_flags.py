"""Every red flag of the source fires on a bid that deserves it, with its severity, and on no other.

Each row is one change to a good bid, and everything that then fires above "info". What the change
cannot help setting off beside it (a check that compares the same answer) stands in the same row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from question_bank import loader
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.outcomes import check_after_marking, findings, situation_of
from tests.content.question_bank import good_bid as good

BANK = loader.shipped_bank()
QUESTIONS = tuple(BANK.questions.values())
SPECS = {name: fact.spec for name, fact in BANK.facts.items()}
NO = {"answer": "no", "exception": "We do not"}
EXCEPT = {"answer": "yes-with-exception", "exception": "But not this"}


def stored(answers: dict[str, Any]) -> dict[str, Any]:
    kept = {}
    for part_id, value in answers.items():
        part = BANK.parts[part_id]
        read = rules_for(part.kind).read(part, value)
        assert read.problems == (), (part_id, read.problems)
        if not is_empty(read.value):
            kept[part_id] = read.value
    return kept


def judged(changes: dict[str, Any], facts: dict[str, Any] | None = None):
    answers = {
        key: value for key, value in {**good.ANSWERS, **changes}.items() if value is not None
    }
    situation = situation_of(QUESTIONS, stored(answers), {**good.FACTS, **(facts or {})}, SPECS)
    return findings(QUESTIONS, BANK.checks, situation)


def flags(changes: dict[str, Any], facts: dict[str, Any] | None = None) -> dict[str, str]:
    found = judged(changes, facts)
    return {rule: severity for rule, severity in found.severities.items() if severity != "info"}


def rows(part_id: str, row: int = 0, **cells: Any) -> dict[str, Any]:
    """The good bid's table with some cells of one row changed; None empties a cell."""
    table = [dict(entry) for entry in good.ANSWERS[part_id]]
    table[row].update(cells)
    table[row] = {column: value for column, value in table[row].items() if value is not None}
    return {part_id: table}


def record(part_id: str, **cells: Any) -> dict[str, Any]:
    return {part_id: {**good.ANSWERS[part_id], **cells}}


def test_a_good_bid_raises_nothing():
    found = judged({})

    assert (dict(found.severities), found.not_checked) == ({}, ())


def test_a_good_bid_is_limited_by_no_answer():
    assert [found.rule for found in judged({}).fired if (found.ceiling or 5) < 5] == []


RED, AMBER, OUT = "red", "amber", "knock-out"
CASES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    # SLP-01
    "the Act only with an exception": (
        {"SLP-01.a": EXCEPT},
        {"SLP-01.a:yes-with-exception": RED, "SLP-01:pass": OUT},
    ),
    "not the current law": ({"SLP-01.b": NO}, {"SLP-01.b:no": RED, "SLP-01:pass": OUT}),
    "no personal data, yet datasets hold some": (
        {"SLP-01.c": "no-personal-data"},
        {"SLP-01.c:denied-yet-found": RED, "X4:personal-data-denied": RED},
    ),
    "no personal data, yet a device reads plates": (
        {
            "SLP-01.c": "no-personal-data",
            "SLP-13.b": [good.DATASET, {**good.ACCOUNTS, "personal": "none"}],
            **rows("SLP-14.a2", plates="active"),
        },
        {"SLP-01.c:denied-yet-found": RED, "SLP-14.a2:faces-or-plates-active": RED},
    ),
    "joint controller": ({"SLP-01.c": "joint-controller"}, {"SLP-01.c:joint-controller": RED}),
    "law of 2018 only": ({"SLP-01.b2": "up-to-2018"}, {"SLP-01.b2:up-to-2018": AMBER}),
    "law before 2025": ({"SLP-01.b2": "before-2025"}, {"SLP-01.b2:before-2025": AMBER}),
    "incidents told late": ({"SLP-01.g": "48h"}, {"SLP-01.g:slower-than-required": AMBER}),
    "no time for incidents": ({"SLP-01.g": None}, {"SLP-01.g:not-stated": AMBER}),
    # SLP-02
    "derived data excluded": (
        {"SLP-02.b": ["raw", "processed", "aggregated", "metadata", "logs", "model-outputs"]},
        {"SLP-02.b:derived-excluded": RED, "SLP-02:pass": OUT},
    ),
    "perpetual licence back": (
        {"SLP-02.c": "perpetual-or-sublicensable"},
        {"SLP-02.c:perpetual-or-sublicensable": RED},
    ),
    "supplier's terms prevail": (
        {"SLP-02.c2": "supplier-terms"},
        {"SLP-02.c2:supplier-terms": AMBER},
    ),
    "training not excluded": ({"SLP-02.b3": "not-excluded"}, {"SLP-02.b3:not-excluded": AMBER}),
    # SLP-03
    "aggregated data excepted": ({"SLP-03.b2": "excepted"}, {"SLP-03.b2:excepted": RED}),
    "affiliates not bound": ({"SLP-03.c": NO}, {"SLP-03.c:no": RED, "SLP-03:pass": OUT}),
    "a third party would use the data": (
        {"SLP-03.e": [good.USE], "SLP-13.e": "yes"},
        {"SLP-03.e:third-party-use": RED, "X2": RED},
    ),
    "an affiliate trades in data": ({"SLP-03.c2": "some"}, {"SLP-03.c2:some": AMBER}),
    # SLP-04
    "charges outside the price schedule": (
        {"SLP-04.b2": "not-all-priced"},
        {"SLP-04.b2:not-all-priced": RED, "X11:undisclosed": RED},
    ),
    "charges in the price schedule": (
        {"SLP-04.b2": "all-priced"},
        {"SLP-04.b2:all-priced": AMBER, "X11:priced": AMBER},
    ),
    "history cut short": (
        {"SLP-04.d2": "older-not-available"},
        {"SLP-04.d2:older-not-available": AMBER},
    ),
    "access ends on notice": ({"SLP-04.e": NO}, {"SLP-04.e:no": RED}),
    # SLP-05
    "certificate expired": (
        record("SLP-05.c", expires="2026-08-01"),
        {"SLP-05.c:expired": RED, "X9:not-renewed-before-award": RED},
    ),
    "ends before award, nothing said of renewal": (
        record("SLP-05.c", expires="2026-12-01"),
        {"SLP-05.c:lapses-before-award": RED, "X9:not-renewed-before-award": RED},
    ),
    "ends before award, not booked": (
        record("SLP-05.e", expires="2026-12-01", renewal_booked="no"),
        {"SLP-05.e:lapses-before-award": RED, "X9:not-renewed-before-award": RED},
    ),
    "ends before award, booked": (
        record("SLP-05.c", expires="2026-12-01", renewal_booked="yes"),
        {"SLP-05.c:ends-before-award": AMBER, "X9:renewal-due-before-award": AMBER},
    ),
    "one in the register ends before award": (
        rows("SLP-05.a", expires="2026-12-01"),
        {"SLP-05.a:lapses-before-award": RED, "X9:not-renewed-before-award": RED},
    ),
    "one in the register ends before award, booked": (
        rows("SLP-05.a", expires="2026-12-01", renewal_booked="yes"),
        {"SLP-05.a:ends-before-award": AMBER, "X9:renewal-due-before-award": AMBER},
    ),
    "scope leaves the solution out": (
        record("SLP-05.c", covers_solution="no"),
        {"SLP-05.c:scope-excludes-solution": RED},
    ),
    "edition of 2013": (record("SLP-05.c", edition="2013"), {"SLP-05.c:edition-withdrawn": RED}),
    "not accredited": (
        record("SLP-05.c", accreditation="none"),
        {"SLP-05.c:not-accredited": AMBER},
    ),
    "the host's certificate": (
        record("SLP-05.c", holder="hosting-provider", holder_name=good.CLOUD),
        {"SLP-05.c:host-only": AMBER, "SLP-05.c:holder-not-bidder": AMBER},
    ),
    # SLP-06
    "an administrator with one factor": (
        rows("SLP-06.c", mfa="no"),
        {"SLP-06.c:privileged-without-mfa": RED},
    ),
    "management on the internet": ({"SLP-06.b2": "internet"}, {"SLP-06.b2:internet": RED}),
    "shared device credentials": ({"SLP-06.e2": "shared"}, {"SLP-06.e2:shared": RED}),
    "default device credentials": (
        {"SLP-06.e2": "factory-default"},
        {"SLP-06.e2:factory-default": RED},
    ),
    "an old penetration test": (
        {"SLP-06.f3": "2024-09-01"},
        {"SLP-06.f3:over-24-months": AMBER},
    ),
    "no penetration test": ({"SLP-06.f2": "never"}, {"SLP-06.f2:never": AMBER}),
    "keys in configuration": (
        {"SLP-06.d3": ["application-config"]},
        {"SLP-06.d3:application-config": RED},
    ),
    "no hardware security module": ({"SLP-06.d": "none"}, {}),
    # SLP-07
    "no offline copy": ({"SLP-07.f": "online-replica"}, {"SLP-07.f:online-replica": RED}),
    "restore never tested": (
        rows("SLP-07.i", result="not-tested", last_restore=None),
        {"SLP-07.i:component-never-tested": RED},
    ),
    "an old restore test": (
        rows("SLP-07.i", last_restore="2025-03-01"),
        {"SLP-07.i:restore-over-18-months": RED},
    ),
    "an old test with third parties": (
        {"SLP-07.g": "2025-03-01"},
        {"SLP-07.g:over-18-months": RED},
    ),
    "configuration not copied": ({"SLP-07.d2": "not-copied"}, {"SLP-07.d2:not-copied": AMBER}),
    "recovery too slow": (
        rows("SLP-07.i", rto="48h"),
        {"SLP-07.i:rto-over-target": RED, "X10": RED},
    ),
    "too much data lost": (
        rows("SLP-07.i", rpo="1d"),
        {"SLP-07.i:rpo-over-target": RED, "X10": RED},
    ),
    "one site": ({"SLP-07.e2": "nowhere"}, {"SLP-07.e2:nowhere": AMBER}),
    "third parties untested": ({"SLP-07.g": None}, {"SLP-07.g:never-tested": AMBER}),
    # SLP-08
    **{
        f"row {row} not met for personal data": (
            record(f"SLP-08.{row}", status="not-met", exception_ends="2027-06-01"),
            {f"SLP-08.{row}:not-met-personal": RED},
        )
        for row in "abcdegjk"
    },
    **{
        f"row {row} not applicable without a reason": (
            {f"SLP-08.{row}": {"status": "not-applicable"}},
            {f"SLP-08.{row}:not-applicable-without-reason": AMBER},
        )
        for row in "bcgh"
    },
    "old TLS accepted": ({"SLP-08.e2": ["tls-older"]}, {"SLP-08.e2:tls-older": RED}),
    "SHA-1": ({"SLP-08.e2": ["sha-1"]}, {"SLP-08.e2:sha-1": RED}),
    "a hard-coded key": (
        record("SLP-08.j", key_custody="hard-coded"),
        {"SLP-08.j:outdated-method": RED},
    ),
    "WEP": (record("SLP-08.g", protocol="wep-or-wpa"), {"SLP-08.g:outdated-method": RED}),
    "hashing only": (
        {"SLP-08.f2": ["hashing", "removing-names"]},
        {"SLP-08.f2:hashing-or-removing-names-only": RED},
    ),
    "keys shared across devices": ({"SLP-08.i3": ["devices"]}, {"SLP-08.i3:devices": RED}),
    "not encrypted inside data centres": ({"SLP-08.h2": NO}, {"SLP-08.h2:no": AMBER}),
    # SLP-09
    "chargeable upgrades": ({"SLP-09.c": "charged"}, {"SLP-09.c:charged": RED}),
    "support ends early": (
        {"SLP-09.d": "2031-01-01"},
        {"SLP-09.d:before-contract-end": RED, "X12": RED},
    ),
    "no commitment to upgrade": ({"SLP-09.b": NO}, {"SLP-09.b:no": RED, "SLP-09:pass": OUT}),
    # SLP-10
    "certified to PAS 185": (
        {"SLP-10.c": "certified-to-pas-185"},
        {"SLP-10.c:certified-to-pas-185": AMBER},
    ),
    "conforms fully with no gap listed": (
        {"SLP-10.b2": "fully", **rows("SLP-10.b", 3, status="conforms", target_date=None)},
        {"SLP-10.b2:fully-yet-no-gap-listed": AMBER},
    ),
    "nobody senior": ({"SLP-10.a2": "nobody-senior"}, {"SLP-10.a2:nobody-senior": AMBER}),
    "locations published": (
        {"SLP-10.a4": "published-openly"},
        {"SLP-10.a4:published-openly": RED},
    ),
    # SLP-11
    "no API, though the list says there is": (
        {"SLP-11.a": None},
        {"SLP-11.a:coverage-below-half": RED, "SLP-11.a:missing-datasets-not-listed": AMBER},
    ),
    "half the API, the rest listed": (
        {
            "SLP-11.a": [good.ENDPOINT],
            "SLP-11.c2": "other-way-for-all",
            **rows("SLP-13.b", 1, by_api="no", no_api_alternative="A file"),
        },
        {},
    ),
    "documents after award": ({"SLP-11.d3": "after-award"}, {"SLP-11.d3:after-award": AMBER}),
    "key in the address": (rows("SLP-11.a", auth="key-in-url"), {"SLP-11.a:insecure-access": RED}),
    "API charge not in the price schedule": (
        {"SLP-04.b2": "all-priced", **rows("SLP-11.a", charge="100", charge_line="P9")},
        {
            "SLP-04.b2:all-priced": AMBER,
            "SLP-11.a:charge-undisclosed": RED,
            "X11:undisclosed": RED,
            "X11:priced": AMBER,
        },
    ),
    "API charge in the price schedule": (
        {"SLP-04.b2": "all-priced", **rows("SLP-11.a", charge="100", charge_line="P7")},
        {"SLP-04.b2:all-priced": AMBER, "SLP-11.a:charge-priced": AMBER, "X11:priced": AMBER},
    ),
    # SLP-12
    "no subcontracting, yet a cloud host": (
        {"SLP-12.a": "no"},
        {"SLP-12.a:no-yet-hosted-by-others": RED, "X2": RED, "X3": RED, "X9:holder": AMBER},
    ),
    "no flow-down": (rows("SLP-12.c", flow_down="no"), {"SLP-12.c:no-flow-down": RED}),
    "personal data abroad, no mechanism": (
        rows("SLP-12.c", country="IN", transfer="not-needed"),
        {"SLP-12.c:transfer-without-mechanism": RED, "X1": AMBER},
    ),
    "abroad without personal data": (
        rows("SLP-12.c", country="IN", personal="no", transfer="not-needed"),
        {"X1": AMBER},
    ),
    "abroad with an agreement": (rows("SLP-12.c", country="IN", transfer="idta"), {"X1": AMBER}),
    "replaceable without notice": (
        rows("SLP-12.c", replaceable="without-notice"),
        {"SLP-12.c:replaceable-without-notice": AMBER},
    ),
    "excludable": (rows("SLP-12.c", debarred="yes"), {"SLP-12.c:excludable": OUT}),
    "a subcontractor's certificate expired": (
        rows("SLP-12.c", certificate_expires="2026-01-01"),
        {"SLP-12.c:certificate-expired": AMBER},
    ),
    # SLP-13
    "no data flow": (
        {"SLP-13.f3": "none", "SLP-13.f": None},
        {"SLP-13.f3:none": RED, "SLP-13:pass": OUT},
    ),
    "data flow not uploaded": (
        {"SLP-13.f": None},
        {"SLP-13.f:not-supplied": RED, "SLP-13:pass": OUT},
    ),
    "kept for ever": (
        rows("SLP-13.b", retention="indefinite"),
        {"SLP-13.b:kept-indefinitely": RED},
    ),
    "undisclosed third-party use": (
        rows("SLP-13.b", third_party_use="yes", third_party=good.CLOUD),
        {"SLP-13.e:no-yet-used": RED, "SLP-13.e:user-not-described": RED},
    ),
    "stored anywhere": (
        {"SLP-13.g2": "unknown-or-global"},
        {"SLP-13.g2:unknown-or-global": RED},
    ),
    "administered from anywhere": ({"SLP-13.h2": "anywhere"}, {"SLP-13.h2:anywhere": RED}),
    "more collected than needed": ({"SLP-13.c2": "surplus-kept"}, {"SLP-13.c2:surplus-kept": RED}),
    # SLP-14
    "faces stay active": ({"SLP-14.a": NO}, {"SLP-14.a:no": RED, "SLP-14:pass": OUT}),
    "a feature with a reason": ({"SLP-14.b": EXCEPT}, {"SLP-14.b:yes-with-exception": RED}),
    "personal information leaves the device": (
        {
            "SLP-14.d": "yes",
            "SLP-14.d2": "encrypted-then-anonymised",
            **rows("SLP-13.f2", personal="yes"),
        },
        {"SLP-14.d:yes": RED},
    ),
    "re-enabled by the supplier alone": (
        rows("SLP-14.a2", reenable="supplier-alone"),
        {"SLP-14.a2:supplier-can-reenable": RED},
    ),
    "identifiers kept": ({"SLP-14.c2": "kept-under-code"}, {"SLP-14.c2:kept-under-code": RED}),
    "only a setting": (
        rows("SLP-14.a2", faces="disabled-by-setting"),
        {"SLP-14.a2:disabled-only-by-setting": AMBER},
    ),
    "no test": ({"SLP-14.a3": "no-test"}, {"SLP-14.a3:no-test": AMBER}),
    # Checks not met above
    "X1, a role abroad": (rows("SLP-06.c", country="US"), {"X1": AMBER}),
    "X2, another company keeps copies": (
        rows("SLP-07.i", backup_provider="Example Vaults"),
        {"X2": RED},
    ),
    "X4, a role without personal data": (
        {"SLP-13.b": [good.DATASET, {**good.ACCOUNTS, "personal": "none"}]},
        {"X4:role-without-personal-data": RED},
    ),
    "X6, a subcontractor outside the data flow": (
        {"SLP-12.c": [good.SUBCONTRACTOR, {**good.SUBCONTRACTOR, "name": "Example Networks"}]},
        {"X6": AMBER},
    ),
    "X7, denied": (rows("SLP-13.f2", personal="yes"), {"X7:denied": RED}),
    "X7, not in the flow": (
        {"SLP-14.d": "yes", "SLP-14.d2": "encrypted-then-anonymised"},
        {"SLP-14.d:yes": RED, "X7:not-in-the-flow": RED},
    ),
    "X8, laptops": (
        {"SLP-08.a": {"status": "not-applicable", "reason": "No laptops"}},
        {"X8:laptops": AMBER},
    ),
    "X14, a promise without a date": (
        {"SLP-05.c": None, "SLP-05.c2": None, "SLP-05.e": None, "SLP-05.a": None}
        | {"SLP-05.g": "yes", "SLP-05.g3": ["iso-27001"]},
        {"SLP-05.g:yes": AMBER, "X14:certificate": AMBER},
    ),
    "X14, a gap in encryption without a date": (
        record("SLP-08.h", status="partly"),
        {"X14:encryption": AMBER},
    ),
    "X14, a gap of a theme without a date": (
        rows("SLP-10.b", 3, target_date=None),
        {"X14:pas-185": AMBER},
    ),
}


@pytest.mark.parametrize(("changes", "expected"), CASES.values(), ids=CASES.keys())
def test_a_bid_raises_the_flags_it_deserves_and_no_others(changes, expected):
    assert flags(changes) == expected


def test_a_claim_about_resilience_is_questioned_once_recovery_is_marked_low():
    situation = situation_of(QUESTIONS, stored(good.ANSWERS), good.FACTS, SPECS)
    marked = replace(situation, marks={"SLP-07": 2, "SLP-12": 3})

    found = check_after_marking(BANK.checks, marked)

    assert [case.rule for case in found] == ["X13:resilience"]


def test_a_rule_whose_tender_fact_is_missing_is_not_checked():
    found = judged({"SLP-01.g": "48h"}, {"notification_hours": None})

    assert [rule.rule for rule in found.not_checked] == ["SLP-01.g:slower-than-required"]
