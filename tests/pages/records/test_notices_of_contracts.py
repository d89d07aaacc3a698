"""Drafts of notices say what the contract records: its signature, its indicators, its ratings."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.queries.contracts import contract_seen
from contract_clauses.queries.kpis import Kpis
from contract_clauses.rules.kpis import Measured
from contract_clauses.service import kpis
from contract_clauses.service.obligations_made import add_event
from foundation.database import transaction
from records.contract_values import values_of_contracts
from tenders.service.planning import save_sheet
from tests import contracting, watching
from tests.factories import make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def seen(make_bid, opened, at, officer):
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    made = contracting.contract_with(bid, officer, value=Decimal(6_000_000), words="As agreed")
    return contract_seen(viewer_of(officer), made.token)


def words_of(client, seen, kind):
    address = f"/tenders/{seen.tender.token}/open-data/notices/{kind}/draft.csv"
    answer = client.get(address)
    # Whoever signed in before the clock was set is signed out by now.
    assert answer.status_code == 200, answer.location
    rows = csv.DictReader(io.StringIO(answer.text))
    return {row["box"]: row["value"] for row in rows}


def test_the_signature_of_the_contract_stands_where_nobody_entered_one(client_for, seen, officer):
    client = client_for(officer)
    recorded = words_of(client, seen, "UK7")
    save_sheet(
        seen.tender, "notices", {"signed_on": "2026-12-02"}, version=0, by=viewer_of(officer)
    )
    entered = words_of(client, seen, "UK7")

    assert recorded["signed"] == "3 December 2026"
    assert recorded["due"] != ""
    assert entered["signed"] == "2 December 2026"


def test_the_performance_notice_says_what_is_published_and_rated(client_for, seen, officer, at):
    by = viewer_of(officer)
    kpis.take_up(seen, ["certificates", "api", "incidents"], ["certificates", "api"], by=by)
    at(datetime(2028, 3, 2, 12, tzinfo=UTC))
    now = contract_seen(by, seen.token)
    for one in Kpis(now).listed:
        if one.name != "api":
            period = (date(2027, 3, 1), date(2028, 2, 29))
            rated = Measured(*period, Decimal(92), None, "From the register")
            kpis.rate(now, one.row.token, rated, by=by)
    found = words_of(client_for(officer), seen, "UK9")

    (line,) = found["performance"].splitlines()
    assert line.endswith(": Requires improvement (92%, 1 March 2027 to 29 February 2028)")
    assert found["period"] == "1 March 2027 to 29 February 2028"
    assert len(found["kpis"].splitlines()) == 2


def test_why_no_indicators_are_set_stands_in_the_contract_details_notice(client_for, seen, officer):
    by, client = viewer_of(officer), client_for(officer)
    unsaid = words_of(client, seen, "UK7")["kpis"]
    kpis.set_exception(seen, "framework", "Call-offs set their own", by=by)
    excepted = words_of(client, contract_seen(by, seen.token), "UK7")["kpis"]
    kpis.take_up(seen, ["api"], ["api"], by=by)
    published = words_of(client, seen, "UK7")["kpis"]
    kpis.set_exception(seen, "", "It is no framework", by=by)
    kpis.take_up(seen, ["incidents"], [], by=by)
    taken_back = words_of(client, seen, "UK7")["kpis"]

    assert unsaid == ""
    assert excepted == "None. It is a framework (section 52(6)): Call-offs set their own"
    assert published == taken_back
    assert published.startswith("Datasets available by API: ")


def test_of_several_contracts_each_says_its_indicators_or_why_it_has_none(
    make_bid, opened, at, officer, client_for
):
    by = viewer_of(officer)
    bids = [make_bid(name) for name in ("Ash", "Birch", "Cedar", "Damson")]
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    seen = []
    for number, bid in enumerate(bids, 1):
        contract = watching.contract_with(bid, reference=f"C-{number}")
        value = "6000000" if number < 4 else "100000"
        with transaction():
            add_event(contract, "recorded", {"value": value}, "As agreed", by=by)
        seen.append(contract_seen(by, contract.token))

    client = client_for(officer)

    def indicators():
        now = [contract_seen(by, one.token) for one in seen]
        said, shown = values_of_contracts(now)["kpis"], words_of(client, seen[0], "UK7")
        assert (shown["kpis"], shown["signed"] != "") == (said, True)
        return said

    unsaid = indicators()
    kpis.set_exception(seen[1], "framework", "Call-offs set their own", by=by)
    only_excepted = indicators()
    for title, published in (("Uptime", True), ("Complaints", False)):
        new = kpis.NewKpi(title, Decimal(99), "percent", published, "As agreed")
        kpis.add_kpi(seen[0], new, by=by)
    both = indicators()

    excepted = "C-2: None. It is a framework (section 52(6)): Call-offs set their own"
    none = "No indicators are set yet, and no exception is recorded"
    assert unsaid == ""
    assert only_excepted.splitlines() == [f"C-1: {none}", excepted, f"C-3: {none}"]
    assert both.splitlines() == ["C-1: Uptime: 99%", excepted, f"C-3: {none}"]


def test_the_words_of_the_performance_notice_lead_to_its_draft_and_back(
    client_for, seen, officer, authority
):
    words = f"/contracts/{seen.token}/indicators/notice"
    draft = f"/tenders/{seen.tender.token}/open-data/notices/UK9"
    client = client_for(officer)
    manager = client_for(make_person(Role.CONTRACT_MANAGER, authority))

    assert f'href="{draft}"' in client.get(words).text
    assert f'href="{words}"' in client.get(draft).text
    assert f'href="{words}"' not in client.get(draft.replace("UK9", "UK7")).text
    # Who keeps contracts reads no drafts of notices, so nothing leads there.
    assert (manager.get(words).status_code, manager.get(draft).status_code) == (200, 403)
    assert draft not in manager.get(words).text
