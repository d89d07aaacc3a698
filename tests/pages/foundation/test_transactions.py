import contextlib
import threading

import pytest
from sqlalchemy import func, select

from accounts.models import Organisation
from accounts.rules.roles import OrganisationKind
from foundation import audit
from foundation.audit import AuditEntry, NotInTransaction
from foundation.database import ChangedTooEarly, TransactionDoomed, db, transaction

SUBJECT = ("tender", "t")


def entries():
    return db.session.scalar(select(func.count()).select_from(AuditEntry))


def supplier(name):
    return Organisation(kind=OrganisationKind.SUPPLIER, name=name, legal_name=name)


@pytest.mark.both_databases
def test_a_failure_inside_saves_nothing_even_if_somebody_swallows_it(app):
    def fails_inside():
        with transaction():
            raise LookupError

    def swallows_it():
        with transaction():
            audit.record("first", actor="a", subject=SUBJECT)
            with contextlib.suppress(LookupError):
                fails_inside()

    with pytest.raises(TransactionDoomed):
        swallows_it()

    assert entries() == 0


@pytest.mark.both_databases
def test_a_change_inside_a_change_is_saved_with_it(app):
    with transaction():
        audit.record("outer", actor="a", subject=SUBJECT)
        with transaction():
            audit.record("inner", actor="a", subject=SUBJECT)

    db.session.rollback()
    assert entries() == 2


def test_records_read_before_a_change_are_not_forgotten(app, statements_counted):
    with transaction():
        db.session.add(supplier("Larkfield"))
    organisation = db.session.scalars(select(Organisation)).one()

    with statements_counted() as statements, transaction():
        assert organisation.name == "Larkfield"

    assert statements == []


def test_changing_a_record_before_the_transaction_is_a_fault_of_the_program(app):
    db.session.add(supplier("Larkfield"))

    with pytest.raises(ChangedTooEarly), transaction():
        pass


def test_an_audit_entry_apart_from_its_change_is_a_fault_of_the_program(app):
    with pytest.raises(NotInTransaction):
        audit.record("alone", actor="a", subject=SUBJECT)


def test_reading_never_waits_for_somebody_who_writes(app):
    with transaction():
        db.session.add(supplier("Larkfield"))
        db.session.flush()
        names = in_another_thread(app, lambda: db.session.scalars(select(Organisation.name)).all())

    assert names == []


def test_a_reader_turned_writer_decides_on_what_is_true_now(app):
    with transaction():
        db.session.add(supplier("Larkfield"))
    organisation = db.session.scalars(select(Organisation)).one()

    def rename():
        with transaction():
            db.session.scalars(select(Organisation)).one().name = "Renamed meanwhile"

    in_another_thread(app, rename)
    with transaction():
        db.session.refresh(organisation, with_for_update=True)
        seen = organisation.name

    assert seen == "Renamed meanwhile"


@pytest.mark.both_databases
def test_sixteen_threads_with_many_small_changes_lose_none(app):
    threads, rounds = 16, 25
    failures = []

    def work(number):
        try:
            for _ in range(rounds):
                with app.app_context():
                    entries()  # as a page does: first read, then write
                    with transaction():
                        audit.record("saved", actor=str(number), subject=("bid", str(number % 4)))
        except Exception as error:
            failures.append(error)

    running = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()

    assert failures == []
    assert entries() == threads * rounds
    for subject in range(4):
        chain = select(AuditEntry).where(AuditEntry.subject == str(subject))
        found = db.session.scalars(chain.order_by(AuditEntry.number)).all()
        assert audit.verify_chain(found) == []
        assert len(found) == threads * rounds / 4


@pytest.mark.sqlite
def test_the_sqlite_file_is_kept_as_safely_as_promised(app):
    pragma = {
        name: db.session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    }

    assert pragma in (
        {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1},
        {"journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "secure_delete": 1},
    )


def in_another_thread(app, work):
    results = []

    def run():
        with app.app_context():
            results.append(work())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]
