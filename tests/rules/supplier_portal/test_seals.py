"""What a company hands over or keeps opens with its own key, in its own place, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from foundation.keys import KeyRing, SealBroken, new_data_key
from supplier_portal import seals
from supplier_portal.models import Bid, BidTerms, Evidence, LateSubmission, Submission
from tenders.models import Tender
from tenders.seals import ContentDestroyed, StillSealed, new_sealing_key

KEY = b"k" * 32
SECRET = b"s" * 32
OPENED_AT = datetime(2026, 12, 2, 12, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ring(tmp_path):
    """The keys of a service, of which nothing else is there."""
    service = Flask("keys alone")
    service.extensions["key_ring"] = KeyRing(tmp_path / "keys")
    with service.app_context():
        yield


@pytest.fixture
def bid():
    tender = Tender(token="t", sealing_key=new_sealing_key("t"), opens_strictly=False)
    return Bid(token="b", tender=tender, key_for_supplier=seals.new_bid_key("b"))


# Each place: how it is sealed, how it is opened again, and what stands in it. The number is that of
# a version, a submission or a person, and otherwise decides a name.
PLACES = {
    "company": (
        lambda bid, n: seals.seal_company(f"record {n}", KEY, ["kept"]),
        lambda bid, n, it: seals.open_company(f"record {n}", KEY, it),
        ["kept"],
    ),
    "mark": (
        lambda bid, n: seals.seal_mark(f"mark {n}", KEY, {"why": "a secret"}),
        lambda bid, n, it: seals.open_mark(f"mark {n}", KEY, it),
        {"why": "a secret"},
    ),
    "answer": (
        lambda bid, n: seals.seal_answer(bid, KEY, "SLP-01.a", n, ["yes"]),
        lambda bid, n, it: seals.open_answer(bid, KEY, "SLP-01.a", n, it),
        ["yes"],
    ),
    "submission": (
        lambda bid, n: seals.seal_submission(bid, KEY, n, "£1"),
        lambda bid, n, it: seals.open_submission(bid, KEY, Submission(number=n, sealed=it)),
        "£1",
    ),
    "salt": (
        lambda bid, n: seals.seal_salt(bid, KEY, n, SECRET),
        lambda bid, n, it: seals.open_salt(bid, KEY, Submission(number=n, sealed_salt=it)),
        SECRET,
    ),
    "late": (
        lambda bid, n: seals.seal_late(bid, KEY, n, "£1"),
        lambda bid, n, it: seals.open_late(bid, KEY, LateSubmission(number=n, sealed=it)),
        "£1",
    ),
    "late salt": (
        lambda bid, n: seals.seal_late_salt(bid, KEY, n, SECRET),
        lambda bid, n, it: seals.open_late_salt(bid, KEY, LateSubmission(number=n, sealed_salt=it)),
        SECRET,
    ),
    "why late": (
        lambda bid, n: seals.seal_why_late(bid, KEY, n, "The line was down"),
        lambda bid, n, it: seals.open_why_late(bid, KEY, LateSubmission(number=n, sealed_why=it)),
        "The line was down",
    ),
    "platform": (
        lambda bid, n: seals.seal_platform(bid, KEY, n, ["listed"]),
        lambda bid, n, it: seals.open_platform(bid, KEY, n, it),
        ["listed"],
    ),
    "remark": (
        lambda bid, n: seals.seal_remark(f"remark {n}", KEY, "Ask Tom"),
        lambda bid, n, it: seals.open_remark(f"remark {n}", KEY, it),
        "Ask Tom",
    ),
    "typed": (
        lambda bid, n: seals.seal_typed(bid, KEY, "SLP-01", n, {"a": "b"}),
        lambda bid, n, it: seals.open_typed(bid, KEY, "SLP-01", n, it),
        {"a": "b"},
    ),
    "typed for a bid or the company": (
        lambda bid, n: seals.seal_typed(bid if n == 1 else None, KEY, "SLP-01", 1, {"a": "b"}),
        lambda bid, n, it: seals.open_typed(bid if n == 1 else None, KEY, "SLP-01", 1, it),
        {"a": "b"},
    ),
    "about a file": (
        lambda bid, n: seals.seal_about(f"file {n}", KEY, {"title": "Plan"}),
        lambda bid, n, it: seals.open_about(Evidence(token=f"file {n}", sealed_about=it), KEY),
        {"title": "Plan"},
    ),
    "terms": (
        lambda bid, n: seals.seal_terms(bid, KEY, n, {"days": 30}),
        lambda bid, n, it: seals.open_terms(bid, KEY, BidTerms(version=n, sealed=it)),
        {"days": 30},
    ),
    "prices": (
        lambda bid, n: seals.seal_prices(bid, KEY, n, ["1.00"]),
        lambda bid, n, it: seals.open_prices(bid, KEY, n, it),
        ["1.00"],
    ),
    "file key": (
        lambda bid, n: seals.wrap_file_key(f"file {n}", KEY, SECRET),
        lambda bid, n, it: seals.unwrap_file_key(Evidence(token=f"file {n}", wrapped_key=it), KEY),
        SECRET,
    ),
    "brought": (
        lambda bid, n: seals.seal_brought(Bid(token=f"b{n}"), KEY, {"from": "a portal"}),
        lambda bid, n, it: seals.open_brought(Bid(token=f"b{n}"), KEY, it),
        {"from": "a portal"},
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_sealed_opens_in_its_own_place_alone(place, bid):
    seal, unseal, content = PLACES[place]
    sealed = seal(bid, 1)

    assert unseal(bid, 1, sealed) == content
    with pytest.raises(SealBroken):
        unseal(bid, 2, sealed)


def test_a_file_is_bound_to_the_record_it_was_first_added_as():
    assert seals.file_context("one") != seals.file_context("another")


def test_texts_of_up_to_256_bytes_look_alike_and_longer_ones_are_rounded_up(bid):
    # As JSON a text has two characters more.
    lengths = {
        size: len(seals.seal_answer(bid, KEY, "SLP-01.a", 1, "x" * size))
        for size in (0, 100, 254, 255, 510, 511)
    }

    assert lengths[0] == lengths[100] == lengths[254]
    assert lengths[255] == lengths[510] == lengths[0] + 256
    assert lengths[511] == lengths[0] + 512


def test_the_key_of_a_bid_opens_for_that_bid_alone(bid):
    other = Bid(token="another", key_for_supplier=bid.key_for_supplier)

    assert len(seals.supplier_key(bid)) == len(new_data_key())
    with pytest.raises(SealBroken):
        seals.supplier_key(other)


def test_the_tenders_copy_of_a_bids_key_opens_after_the_opening(bid):
    bid.key_for_tender = seals.handed_over(bid)
    late = LateSubmission(key_for_tender=bid.key_for_tender)

    with pytest.raises(StillSealed):
        seals.opened_key(bid)
    with pytest.raises(StillSealed):
        seals.late_key(bid, late)
    bid.tender.opened_at = OPENED_AT

    assert seals.opened_key(bid) == seals.late_key(bid, late) == seals.supplier_key(bid)


def test_a_bid_that_was_not_submitted_stays_sealed_after_the_opening(bid):
    bid.tender.opened_at = OPENED_AT

    with pytest.raises(StillSealed, match="because it was not submitted"):
        seals.opened_key(bid)


def test_a_destroyed_bid_is_said_to_be_destroyed_and_not_never_submitted(bid):
    bid.tender.opened_at = OPENED_AT
    bid.tender.content_destroyed_at = datetime(2033, 1, 5, 9, tzinfo=UTC)

    with pytest.raises(ContentDestroyed):
        seals.opened_key(bid)


def test_the_name_under_the_declaration_is_kept_sealed_and_empty_where_there_is_none(bid):
    assert seals.open_declaration(bid) == ""

    bid.declared_for_closing = seals.seal_declaration(bid, "Mara Voss")

    assert seals.open_declaration(bid) == "Mara Voss"
    bid.key_for_supplier = seals.new_bid_key("b")
    with pytest.raises(SealBroken):
        seals.open_declaration(bid)
