"""An authority's own matrix and appetite: tried, set, counting for tenders opened since."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DatabaseError

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from scoring.models import RiskScale
from scoring.queries.scales import rated_with, scale_at, scale_of
from scoring.rules.matrix import CATEGORIES, STANDARD, Band
from scoring.service.scales import ScaleOvertaken, set_scale
from tests.factories import make_authority, make_person, viewer_of
from tests.pages.scoring.conftest import OPENS_AT

PAGE = "/evaluation/risk-scale"
STRICT = replace(STANDARD, ends=(3, 7, 12), otherwise=8)


@pytest.fixture
def keeper(authority):
    return make_person(Role.ADMINISTRATOR, authority, name="Ada Keene")


@pytest.fixture
def web(client_for, keeper):
    return client_for(keeper)


def form(scale=STANDARD, **changed):
    data = {"based_on": "0", "otherwise": str(scale.otherwise), "step": "look"}
    for level in range(1, 6):
        data[f"likelihood_{level}"] = scale.likelihood_words[level]
        data[f"impact_{level}"] = scale.impact_words[level]
    data |= dict(zip(("low_end", "medium_end", "high_end"), map(str, scale.ends), strict=True))
    data |= {f"appetite_{name}": str(scale.appetite_for(name)) for name in CATEGORIES}
    for band, roles in zip(Band, scale.acceptors, strict=True):
        data[f"accept_{band.replace(' ', '_')}"] = sorted(roles)
    return data | changed


def looked_at(page):
    return re.search(r'name="looked_at"[^>]*value="([0-9a-f]{64})"', page.text).group(1)


def set_it(web, scale, *, based_on="0", why="The board decided so"):
    page = web.post(PAGE, data=form(scale, based_on=based_on))
    data = form(scale, based_on=based_on, step="set", why=why, looked_at=looked_at(page))
    return web.post(PAGE, data=data)


def test_the_standard_scale_counts_until_an_authority_sets_its_own(web, authority):
    page = web.get(PAGE)

    assert page.status_code == 200
    assert page.text.count('class="app-heat__count"') == 25
    assert 'value="Rare: below 5% in the contract term"' in page.text
    assert scale_at(authority.id) == STANDARD


def test_what_changes_is_shown_before_anything_is_set(web, authority, tender):
    page = web.post(PAGE, data=form(STRICT))

    assert page.status_code == 200
    rows = re.findall(r'<th scope="row" class="govuk-table__header">([^<]+)</th>', page.text)
    assert rows == [
        "Scores that are low",
        "Scores that are medium",
        "Scores that are high",
        "Scores that are very high",
        "Appetite for any other risk",
    ]
    assert page.text.count(" → ") == 6
    assert f"for 1 tender whose bids are not opened: {tender.reference}" in page.text
    assert db.session.scalars(select(RiskScale)).all() == []


def test_it_is_set_after_it_was_looked_at_with_a_reason(web, authority):
    assert set_it(web, STRICT).status_code == 302

    [row] = db.session.scalars(select(RiskScale))
    page = web.get(PAGE).text
    assert (row.number, row.why, row.set_by.name) == (1, "The board decided so", "Ada Keene")
    assert scale_at(authority.id) == STRICT
    assert "<strong>Version 1</strong>, Ada Keene" in page
    assert "Scores that are low: <del>1 to 4</del> → 1 to 3" in page


def test_what_was_not_looked_at_is_shown_instead_of_set(web):
    page = web.post(PAGE, data=form(STRICT))
    another = form(replace(STRICT, otherwise=7), step="set", why="Now", looked_at=looked_at(page))

    answer = web.post(PAGE, data=another)

    assert (answer.status_code, "What changes" in answer.text) == (200, True)
    assert db.session.scalars(select(RiskScale)).all() == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"likelihood_3": " "}, "Enter what likelihood 3 means"),
        ({"impact_5": "x" * 201}, "Enter 200 characters or fewer"),
        ({"low_end": "9"}, "Enter ends of bands that rise"),
        ({"high_end": "25"}, "Enter ends of bands that rise"),
        ({"high_end": "26"}, "Enter a number that is 25 or less"),
        ({"medium_end": "six"}, "Enter a number"),
        ({"appetite_legal": "0"}, "Enter a number that is 1 or more"),
        ({"appetite_legal": ""}, "Enter the appetite for legal risks"),
        ({"accept_high": []}, "Select who may accept a high risk"),
        ({"accept_high": ["auditor"]}, "Select from the options"),
    ],
)
def test_a_scale_that_does_not_hold_together_is_shown_back(changed, message, web):
    page = web.post(PAGE, data=form(STRICT) | changed)

    assert (page.status_code, message in page.text) == (422, True)
    assert 'value="8"' in page.text


@pytest.mark.parametrize(
    ("scale", "why", "message"),
    [
        (STRICT, " ", "Enter why the scale changes"),
        (STANDARD, "Because", "You cannot set this scale because it is the one that counts"),
    ],
)
def test_a_scale_is_set_for_a_reason_and_only_if_it_says_something_new(scale, why, message, web):
    answer = set_it(web, scale, why=why)

    assert (answer.status_code, message in answer.text) == (422, True)
    assert db.session.scalars(select(RiskScale)).all() == []


def test_a_colleague_who_was_quicker_is_not_overwritten_unseen(web, keeper):
    page = web.post(PAGE, data=form(STRICT))
    set_scale(replace(STANDARD, otherwise=5), "First", based_on=0, by=viewer_of(keeper))
    db.session.commit()

    late = web.post(PAGE, data=form(STRICT, step="set", why="Late", looked_at=looked_at(page)))

    assert (late.status_code, "A colleague set another scale" in late.text) == (422, True)
    assert [row.why for row in db.session.scalars(select(RiskScale))] == ["First"]
    with pytest.raises(ScaleOvertaken):
        set_scale(STRICT, "Late", based_on=0, by=viewer_of(keeper))


@pytest.mark.parametrize(
    ("role", "may_see", "may_set"),
    [
        (Role.REVIEWER, 200, 302),
        (Role.OFFICER, 200, 403),
        (Role.AUDITOR, 200, 403),
        (Role.BID_LEAD, 403, 403),
    ],
)
def test_who_sees_and_who_sets_it(role, may_see, may_set, client_for, authority, web):
    page = web.post(PAGE, data=form(STRICT))
    person = make_person(role, authority) if role is not Role.BID_LEAD else role
    other = client_for(person)
    sent = form(STRICT, step="set", why="Mine", looked_at=looked_at(page))

    assert other.get(PAGE).status_code == may_see
    assert other.post(PAGE, data=sent).status_code == may_set


def test_another_authority_has_its_own(web, client_for):
    set_it(web, STRICT)
    other = make_authority("Oakmere Council")
    page = client_for(make_person(Role.ADMINISTRATOR, other)).get(PAGE).text

    assert "Version 1" not in page
    assert "Risk scale of Oakmere Council" in page
    assert scale_at(other.id) == STANDARD


def test_a_tender_keeps_the_scale_that_counted_when_its_bids_were_opened(
    keeper, make_bid, opened, tender, officer, evaluated, client_for, at, authority
):
    set_scale(STRICT, "Before the opening", based_on=0, by=viewer_of(keeper))
    bid = make_bid("Rook Systems", best=False)
    opened()
    at(OPENS_AT + timedelta(minutes=5))
    set_scale(
        replace(STRICT, ends=(1, 2, 3), otherwise=2), "After", based_on=1, by=viewer_of(keeper)
    )
    db.session.commit()
    page = client_for(officer).get(f"/evaluation/bids/{bid.token}/risks").text

    assert scale_of(tender) == STRICT
    cells = {band: page.count(f"</span> {band}</td>") for band in Band}
    assert cells == {
        band: sum(STRICT.band(a * b) is band for a in range(1, 6) for b in range(1, 6))
        for band in Band
    }
    rated = rated_with(authority.id)
    assert (rated.keep, rated.follow) == (1, ())


@pytest.mark.both_databases
@pytest.mark.parametrize("change", ["UPDATE risk_scale SET why = ''", None])
def test_the_database_refuses_to_change_a_scale(change, keeper):
    set_scale(STRICT, "Decided", based_on=0, by=viewer_of(keeper))
    db.session.commit()

    with pytest.raises(DatabaseError, match="never changed"):
        db.session.execute(text(change) if change else delete(RiskScale))
    db.session.rollback()


def test_setting_it_is_one_entry_of_the_authority_without_words(keeper, authority):
    set_scale(STRICT, "The heron decided", based_on=0, by=viewer_of(keeper))
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "risk_scale.set"))

    assert (entry.subject_kind, entry.subject) == ("organisation", authority.token)
    assert "heron" not in entry.details


def test_the_page_takes_as_many_statements_with_many_versions(web, keeper, statements_counted):
    with statements_counted() as before:
        web.get(PAGE)
    for number in range(12):
        set_scale(
            replace(STRICT, otherwise=number % 2 + 3), "Again", based_on=number,
            by=viewer_of(keeper),
        )  # fmt: skip
    db.session.commit()
    with statements_counted() as after:
        web.get(PAGE)

    assert len(after) == len(before) <= 15
