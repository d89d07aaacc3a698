"""Which notice must come before what, and how one is recorded."""

from datetime import date, timedelta

import pytest

from question_bank.rules.reading import ContentError
from tenders.notices import shipped_notices
from tenders.rules.findings import Urgency
from tenders.rules.notice_reading import read_notices
from tenders.rules.notices import (
    Beside,
    Circumstances,
    NoticeTyped,
    NoticeUnclear,
    must_be_published_again,
    must_be_recordable,
    wanted_before_publication,
)

TODAY = date(2026, 12, 1)


def wanted(*, advertised=True, recorded=(), **facts):
    tender = Circumstances(facts, advertised, 30_000)
    found = wanted_before_publication(shipped_notices(), tender, recorded)
    return [(finding.urgency, finding.message) for finding in found]


MUST = [(Urgency.MUST, "Record the notice UK4 Tender notice")]
UNKNOWN = [(Urgency.SHOULD, "Whether UK4 Tender notice must come first is not known")]


@pytest.mark.parametrize("procedure", ["open", "competitive-flexible"])
def test_above_the_threshold_the_tender_notice_comes_first(procedure):
    assert wanted(above_threshold="yes", procedure=procedure) == MUST
    assert wanted(above_threshold="yes", procedure=procedure, recorded={"UK4"}) == []
    assert wanted(above_threshold="yes", procedure=procedure, advertised=False) == MUST


@pytest.mark.parametrize("procedure", ["framework-call-off", "direct"])
def test_other_procedures_need_no_tender_notice(procedure):
    assert wanted(above_threshold="yes", procedure=procedure) == []
    assert wanted(procedure=procedure) == []


@pytest.mark.parametrize(
    ("value", "advertised", "expected"),
    [
        ("30000", True, MUST),
        ("29999.99", True, []),
        ("30000", False, []),
        (None, True, UNKNOWN),
        (None, False, []),
    ],
)
def test_below_the_threshold_it_hangs_on_the_value_and_on_advertising(value, advertised, expected):
    facts = {"above_threshold": "no", "procedure": "below-threshold"}
    if value is not None:
        facts["value"] = value

    assert wanted(advertised=advertised, **facts) == expected


def test_what_the_facts_do_not_say_is_a_warning_never_a_bar():
    assert wanted() == UNKNOWN
    assert wanted(above_threshold="yes") == UNKNOWN
    assert wanted(recorded={"UK4"}) == []


@pytest.mark.parametrize(
    ("facts", "recorded", "again"),
    [
        ({"above_threshold": "yes", "procedure": "open"}, (), True),
        ({"above_threshold": "yes", "procedure": "direct"}, (), False),
        ({}, ("UK4",), True),
        ({}, ("UK3",), False),
    ],
)
def test_an_amendment_needs_the_notice_that_there_was_or_had_to_be(facts, recorded, again):
    tender = Circumstances(facts, True, 30_000)

    assert must_be_published_again(shipped_notices(), tender, recorded) is again


def typed(**changes):
    usual = {"kind": "UK4", "number": "012345-2026", "published_on": TODAY}
    return NoticeTyped(**usual | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ocid": "ocds-h6vhtk-012345"},
        {"ocid": "ocds-h6vhtk-04a1b2"},
        {"address": "https://www.find-tender.service.gov.uk/Notice/012345-2026"},
    ],
)
def test_a_notice_as_it_should_be_is_recordable(changes):
    must_be_recordable(typed(**changes), shipped_notices(), TODAY, ())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "UK99"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"number": "12345-2026"}, "number"),
        ({"number": "٠١٢٣٤٥-2026"}, "number"),
        ({"number": "012345-2026\n"}, "number"),
        ({"number": "000001-2026"}, "number"),
        ({"published_on": date(2026, 12, 2)}, "published_on"),
        ({"number": "012345-2025"}, "number"),
        ({"number": "012345-2025", "published_on": date(2025, 2, 23)}, "published_on"),
        ({"kind": "UK6"}, "kind"),
        ({"ocid": "ocds"}, "ocid"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"address": "https://x"}, "address"),
        ({"address": "https://a.example/" + "x" * 300}, "address"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(changes, field):
    with pytest.raises(NoticeUnclear) as refused:
        must_be_recordable(typed(**changes), shipped_notices(), TODAY, {"000001-2026"})

    assert refused.value.field == field


def test_the_catalogue_has_the_seventeen_notices_with_their_law():
    kinds = shipped_notices().kinds

    assert list(kinds) == [f"UK{number}" for number in range(1, 18)]
    assert [kind.id for kind in kinds.values() if not kind.law] == []


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {"kinds": []},
        {"kinds": [], "before_publication": [], "again": {"kind": "UK4", "source": "x"}},
        {"kinds": [{"id": "UK4"}], "before_publication": [], "again": {"kind": "UK4"}},
    ],
)
def test_content_with_a_slip_is_refused_with_its_place(raw):
    with pytest.raises(ContentError, match="notices.yml"):
        read_notices(raw)


@pytest.mark.parametrize(
    ("kind", "beside"),
    [
        *((kind, {"opened_on": TODAY}) for kind in ("UK6", "UK7", "UK8", "UK9", "UK10", "UK11")),
        ("UK4", {"republishes": TODAY}),
        ("UK4", {"amending_since": TODAY}),
    ],
)
def test_a_notice_is_not_older_than_what_it_is_about(kind, beside):
    catalogue = shipped_notices()
    day_before = typed(kind=kind, published_on=TODAY - timedelta(days=1))

    must_be_recordable(typed(kind=kind), catalogue, TODAY, (), Beside(**beside))
    with pytest.raises(NoticeUnclear) as refused:
        must_be_recordable(day_before, catalogue, TODAY, (), Beside(**beside))

    assert refused.value.field == "published_on"
