"""Which bids and files the buying side reads after the opening, and beside which amendments."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import transaction
from supplier_portal import queries, service
from supplier_portal.queries import opened as reading
from supplier_portal.queries.opened import BARRIERS
from supplier_portal.rules.barriers import OPEN, Barrier, KeptAway, MustDeclareFirst
from tenders import service as tenders
from tenders.queries import questionnaire_of
from tenders.seals import ContentDestroyed
from tests.amendments_made import (
    ANSWERS,
    CHOICE,
    KEPT,
    NUMBER,
    STORY,
    TEXT,
    amend,
    asked_anew,
    make_amendable_tender,
)
from tests.factories import make_authority, make_person, make_supplier, viewer_of

# What the question of the file is asked after.
WITH_FILE = {"SLP-13.f3": "every-step"}
FILE = {"a": b"%PDF-1.7\nfirst\n%%EOF\n", "b": b"%PDF-1.7\nother\n%%EOF\n"}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_amendable_tender(officer)


def submit(bid, lead):
    service.submit_bid(
        bid,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        declared_by="Mara Voss",
        knows_missing=True,
    )


def add_file(bid, lead, name):
    part = questionnaire_of(bid.tender).parts["SLP-13.f"]
    new = service.NewFile(f"{name}.pdf", FILE[name], title=name)
    return service.add_evidence(bid, part, new, by=viewer_of(lead), arrived_at=clock.now())


@pytest.fixture
def bids(tender):
    """Two bids, ``b`` of the company that comes first by name, each with a file of its own."""
    made = {}
    for name, company in (("a", "larkfield Sensors"), ("b", "Brackenbury Data")):
        lead = make_person(Role.BID_LEAD, make_supplier(company))
        by = viewer_of(lead)
        bid = service.start_bid(tender, by=by, arrived_at=clock.now())
        answers = {part_id: (0, value) for part_id, value in (ANSWERS | WITH_FILE).items()}
        service.save_answers(bid, answers, by=by, arrived_at=clock.now())
        add_file(bid, lead, name)
        submit(bid, lead)
        made[name] = bid, lead
    return made


@pytest.fixture
def opened(tender, officer, at):
    """Open the bids, and return who reads them."""

    def open_now():
        at(tender.closes_at + timedelta(minutes=2))
        tenders.open_bids(tender, by=viewer_of(officer))
        return viewer_of(officer)

    return open_now


@pytest.fixture
def kept_away(app, monkeypatch):
    """Let something keep people from bids, as a later station registers it."""

    def by(barrier):
        monkeypatch.setitem(app.extensions, BARRIERS, lambda *_: barrier)

    return by


def test_bids_are_read_by_name_of_supplier_as_last_handed_in_each_with_its_own_files(
    bids, tender, opened
):
    a, lead = bids["a"]
    service.save_answers(a, {TEXT: (1, "Others")}, by=viewer_of(lead), arrived_at=clock.now())
    submit(a, lead)
    # Kept with the bid and not handed in.
    kept = add_file(a, lead, "b")
    by = opened()

    first, second = queries.opened_bids(by, tender)

    assert [first.supplier_name, second.supplier_name] == ["Brackenbury Data", "larkfield Sensors"]
    assert [first.number, second.number] == [1, 2]
    assert [one.answers[TEXT] for one in (first, second)] == ["Our own engineers", "Others"]
    assert [[file.title for file in one.evidence] for one in (first, second)] == [["b"], ["a"]]
    [of_first], [of_second] = first.evidence, second.evidence
    assert queries.opened_file(second, of_second.token)[1].read() == FILE["a"]
    for token in (of_first.token, kept.token):
        with pytest.raises(NoResultFound):
            queries.opened_file(second, token)
    assert first.amendments == ()
    assert dict(first.earlier) == {}


def test_one_bid_is_read_alone_and_others_are_not_even_unsealed(bids, tender, opened):
    (a, _), (b, _) = bids["a"], bids["b"]
    by = opened()
    with transaction():
        b.key_for_tender = "bm90IGEga2V5"

    (read,) = queries.opened_bids(by, tender, only=[a.id])

    # Read twice it is the same, and its key stands in no log that shows it.
    assert [read] == queries.opened_bids(by, tender, only=[a.id])
    assert "read_evidence" not in repr(read)
    assert read.bid is queries.opened_bid(by, a.token).bid is reading.just_opened(a).bid is a
    assert set(reading.just_opened_all([a.id])) == {a.id}
    assert queries.every_opened_bid(tender, only=[]) == []


def test_bids_of_another_tender_are_not_among_them(bids, tender, officer, opened, at):
    other = make_amendable_tender(officer)
    by = opened()
    at(max(clock.now(), other.closes_at + timedelta(minutes=2)))
    tenders.open_bids(other, by=by)

    assert queries.opened_bids(by, other) == []
    assert len(queries.opened_bids(by, tender)) == 2


def test_who_is_kept_away_from_a_bid_does_not_find_it(bids, tender, opened, kept_away):
    (a, _), (b, _) = bids["a"], bids["b"]
    by = opened()
    kept_away(Barrier(bids=frozenset({b.id})))

    assert [one.bid for one in queries.opened_bids(by, tender)] == [a]
    assert queries.opened_bid(by, a.token).bid is a
    with pytest.raises(NoResultFound):
        queries.opened_bid(by, b.token)
    with pytest.raises(KeptAway):
        queries.must_see_all(by, tender)
    kept_away(OPEN)
    queries.must_see_all(by, tender)


def test_who_has_not_declared_his_interests_reads_nothing(bids, tender, opened, kept_away):
    a, _ = bids["a"]
    by = opened()
    kept_away(Barrier(must_declare=True))

    for read in (
        lambda: queries.opened_bids(by, tender),
        lambda: queries.opened_bid(by, a.token),
        lambda: queries.must_see_all(by, tender),
    ):
        with pytest.raises(MustDeclareFirst) as refused:
            read()
        assert refused.value.tender == tender.token


def test_before_the_opening_and_elsewhere_nobody_is_told_even_to_declare(
    bids, tender, officer, opened, kept_away
):
    a, _ = bids["a"]
    kept_away(Barrier(must_declare=True))
    stranger = viewer_of(make_person(Role.OFFICER, make_authority("Elsewhere Council")))
    for moment, by in (("before", viewer_of(officer)), ("after", stranger)):
        if moment == "after":
            opened()
        with pytest.raises(NoResultFound):
            queries.opened_bids(by, tender)
        with pytest.raises(NoResultFound):
            queries.opened_bid(by, a.token)


def test_once_destroyed_every_way_to_a_bid_says_so(bids, tender, opened, at):
    a, _ = bids["a"]
    by = opened()
    with transaction():
        tender.content_destroyed_at = clock.now()
        for bid, _ in bids.values():
            bid.key_for_tender = None
    for read in (
        lambda: queries.opened_bids(by, tender),
        lambda: queries.every_opened_bid(tender, only=[]),
        lambda: queries.opened_bid(by, a.token),
        lambda: reading.just_opened(a),
    ):
        with pytest.raises(ContentDestroyed):
            read()


def test_answers_to_other_words_are_read_beside_the_words_they_were_given_to(
    bids, tender, officer, opened
):
    asked = {"ask": "Which company tests the lamps?"}
    first = amend(tender, officer, asked_anew(a=asked))
    second = amend(tender, officer, asked_anew(a=asked, c={"words": 40}, d=None))
    by = opened()

    read = queries.opened_bids(by, tender)[0]

    assert [one.token for one in read.amendments] == [first.token, second.token]
    assert {part_id: one.amendment.token for part_id, one in read.earlier.items()} == {
        TEXT: first.token,
        STORY: second.token,
        NUMBER: second.token,
    }
    assert read.earlier[TEXT].part.ask == "Who tests the lamps?"
    assert read.earlier[TEXT].text == "Our own engineers"
    assert {TEXT, CHOICE, STORY, NUMBER, KEPT} & set(read.answers) == {CHOICE, KEPT}
