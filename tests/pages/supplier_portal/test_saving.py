"""Saving answers: versions, colleagues, rows, and the deadline to the microsecond."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry, verify_chain
from foundation.database import db
from supplier_portal import queries, service
from supplier_portal.models import AnswerVersion
from supplier_portal.rules.submission import TooLate
from tenders.queries import questionnaire_of
from tests.factories import make_person, viewer_of

pytestmark = pytest.mark.both_databases


def versions():
    return db.session.scalar(select(func.count()).select_from(AnswerVersion))


def test_an_answer_is_read_back_as_saved(bid, save):
    save({"SLP-07.f": "offline", "SLP-07.a": "Nightly copies.\nTested."})

    assert queries.answers_of(bid) == {
        "SLP-07.f": "offline",
        "SLP-07.a": "Nightly copies.\nTested.",
    }


def test_an_answer_not_changed_is_not_written_again(save):
    save({"SLP-07.f": "offline"})

    saved = save({"SLP-07.f": "offline"}, version=1)

    assert (saved.versions, saved.written, versions()) == ({"SLP-07.f": 1}, frozenset(), 1)


def test_every_version_is_kept(save):
    save({"SLP-07.f": "offline"})
    save({"SLP-07.f": "none"}, version=1)

    saved = save({"SLP-07.f": None}, version=2)

    assert (saved.versions, versions()) == ({"SLP-07.f": 3}, 3)


def test_two_colleagues_who_change_one_answer_are_both_heard(bid, save, supplier):
    colleague = make_person(Role.CONTRIBUTOR, supplier, name="Tom Ash")
    save({"SLP-07.a": "first"})
    save({"SLP-07.a": "from Tom"}, version=1, by=colleague)

    with pytest.raises(service.Conflict) as conflict:
        save({"SLP-07.a": "from Mara"}, version=1)

    (clash,) = conflict.value.clashes
    assert (clash.theirs, clash.yours, clash.version, clash.author) == (
        "from Tom",
        "from Mara",
        2,
        "Tom Ash",
    )
    assert queries.answers_of(bid)["SLP-07.a"] == "from Tom"


def test_what_does_not_clash_is_saved(bid, save):
    save({"SLP-07.a": "first"})
    save({"SLP-07.a": "second"}, version=1)

    with pytest.raises(service.Conflict):
        service.save_answers(
            bid,
            {"SLP-07.a": (1, "third"), "SLP-07.f": (0, "offline")},
            by=viewer_of(make_person(Role.CONTRIBUTOR, bid.supplier)),
            arrived_at=clock.now(),
        )

    assert queries.answers_of(bid) == {"SLP-07.a": "second", "SLP-07.f": "offline"}


def test_an_answer_left_as_the_page_showed_it_does_not_undo_a_colleagues(bid, save):
    save({"SLP-07.a": "first"})
    save({"SLP-07.a": "second"}, version=1)

    saved = save({"SLP-07.a": "first"}, version=1)

    assert (saved.written, queries.answers_of(bid)) == (frozenset(), {"SLP-07.a": "second"})


@pytest.mark.parametrize(
    ("early", "is_taken"),
    [(timedelta(microseconds=1), True), (timedelta(0), False), (timedelta(seconds=-1), False)],
    ids=["a microsecond before", "at the closing time", "a second after"],
)
def test_the_instant_of_arrival_decides(bid, tender, save, early, is_taken):
    moment = tender.closes_at - early

    if is_taken:
        save({"SLP-07.f": "offline"}, arrived_at=moment)
    else:
        with pytest.raises(TooLate, match="^You cannot save answers because this tender closed on"):
            save({"SLP-07.f": "offline"}, arrived_at=moment)

    assert versions() == int(is_taken)


def test_a_part_nobody_asked_is_refused(save):
    with pytest.raises(service.WrongAnswer, match="^SLP-99.z is not asked in this tender$"):
        save({"SLP-99.z": "x", "SLP-07.f": "offline"})

    assert versions() == 0


COMPONENT = {
    "component": "Dashboard",
    "rto": "4h",
    "rpo": "1h",
    "backup_interval": "1h",
    "backup_country": "GB",
    "backup_provider": "Northgate Hosting",
    "copies": "2",
    "isolation": "offline",
    "result": "passed",
}


@pytest.fixture
def row(bid, lead, tender):
    part = questionnaire_of(tender).parts["SLP-07.i"]

    def save_row(number, based_on, **cells):
        return service.save_row(
            bid,
            part,
            number,
            COMPONENT | cells,
            based_on=based_on,
            by=viewer_of(lead),
            arrived_at=clock.now(),
        )

    return save_row


def test_colleagues_add_and_change_rows_of_one_table_at_once(bid, row):
    row(None, 0, component="Dashboard")
    row(None, 1, component="Gateway")
    row(1, 2, copies="5")

    # Made on a page that showed only the first two versions.
    row(None, 1, component="Store")
    row(2, 2, component="Gateway", copies="7")

    rows = queries.answers_of(bid)["SLP-07.i"]
    assert [(entry["component"], entry["copies"]) for entry in rows] == [
        ("Dashboard", "5"),
        ("Gateway", "7"),
        ("Store", "2"),
    ]


def test_one_row_changed_by_two_is_shown_to_the_second(bid, row):
    row(None, 0)
    row(1, 1, copies="3")

    with pytest.raises(service.Conflict) as conflict:
        row(1, 1, copies="4")

    (clash,) = conflict.value.clashes
    assert (clash.theirs[0]["copies"], clash.yours[0]["copies"]) == ("3", "4")


def test_a_row_entered_twice_is_refused(row):
    row(None, 0)

    with pytest.raises(service.WrongAnswer) as wrong:
        row(None, 1, component=" dashboard ")

    assert (wrong.value.problems[0].code, wrong.value.problems[0].column) == (
        "duplicate_row",
        "component",
    )


def test_a_bid_is_submitted_replaced_and_withdrawn(bid, lead, save):
    by = viewer_of(lead)
    save({"SLP-07.f": "offline"})
    hand_in = {"by": by, "declared_by": "Mara Voss", "knows_missing": True}
    first = service.submit_bid(bid, arrived_at=clock.now(), **hand_in)
    save({"SLP-07.f": "none"}, version=1)
    second = service.submit_bid(bid, arrived_at=clock.now(), **hand_in)

    service.withdraw_bid(bid, by=by, arrived_at=clock.now())

    chain = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == bid.token).order_by(AuditEntry.number)
    ).all()
    assert (first.number, second.number, bid.stage, bid.key_for_tender) == (1, 2, "withdrawn", None)
    assert [entry.action for entry in chain] == [
        "bid.started",
        "bid.submitted",
        "bid.submitted",
        "bid.withdrawn",
    ]
    assert verify_chain(chain) == []


def test_a_row_a_colleague_removed_is_not_taken_for_the_one_in_its_place(bid, row, lead, tender):
    part = questionnaire_of(tender).parts["SLP-07.i"]
    row(None, 0, component="Dashboard")
    row(None, 1, component="Gateway")
    service.remove_row(bid, part, 1, based_on=2, by=viewer_of(lead), arrived_at=clock.now())

    with pytest.raises(service.Conflict) as conflict:
        row(1, 2, component="Dashboard", copies="9")

    (clash,) = conflict.value.clashes
    assert (clash.theirs, clash.row, clash.yours[0]["copies"]) == (None, 0, "9")


def test_a_row_changed_and_moved_by_a_colleague_is_shown_from_where_it_is(bid, row, lead, tender):
    part = questionnaire_of(tender).parts["SLP-07.i"]
    row(None, 0, component="Dashboard")
    row(None, 1, component="Gateway")
    row(1, 2, component="Dashboard", copies="3")
    service.move_row(bid, part, 1, 1, based_on=3, by=viewer_of(lead), arrived_at=clock.now())

    with pytest.raises(service.Conflict) as conflict:
        row(1, 2, component="Dashboard", copies="9")

    (clash,) = conflict.value.clashes
    assert (clash.theirs[0]["copies"], clash.row) == ("3", 2)
