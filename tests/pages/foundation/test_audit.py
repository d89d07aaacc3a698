import pytest
from sqlalchemy import select

from accounts.models import Organisation
from accounts.rules.roles import OrganisationKind
from foundation import audit
from foundation.audit import AuditEntry, verify_chain
from foundation.database import db, transaction


@pytest.fixture
def chain(app):
    """Three entries about one tender, no longer tied to the database."""
    with transaction():
        for action in ("tender.created", "tender.published", "tender.opened"):
            audit.record(action, actor="system", subject=("tender", "t"), hash="0f")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    for entry in entries:
        db.session.expunge(entry)
    return list(entries)


def reasons(entries):
    return [(fault.number, fault.reason) for fault in verify_chain(entries)]


@pytest.mark.both_databases
def test_an_untouched_chain_holds(chain):
    assert [entry.number for entry in chain] == [1, 2, 3]
    assert reasons(chain) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "somebody"),
        ("action", "tender.cancelled"),
        ("details", '{"hash":"0e"}'),
        ("subject", "u"),
        ("subject_kind", "bid"),
    ],
)
def test_a_changed_entry_is_named(chain, column, value):
    setattr(chain[1], column, value)

    assert reasons(chain) == [(2, "it was changed after it was written")]


def test_details_written_in_another_way_are_noticed(chain):
    chain[1].details = '{"hash": "0f"}'

    assert reasons(chain) == [(2, "its details were rewritten")]


def test_a_removed_entry_is_named_by_its_number(chain):
    assert reasons([chain[0], chain[2]]) == [(3, "entry 2 is missing")]


def test_an_entry_made_anew_does_not_follow(chain):
    chain[0].actor = "somebody"
    chain[0].hash = audit.entry_hash(chain[0])

    assert reasons(chain) == [(2, "it does not follow from the entry before it")]


def test_the_command_says_how_much_holds(app, chain):
    result = app.test_cli_runner().invoke(args=["audit", "verify"])

    assert result.output == "3 entries in 1 chains and 0 roots checked, 0 faults\n"
    assert result.exit_code == 0


@pytest.mark.sqlite
def test_the_command_fails_and_names_what_does_not_hold(app, chain):
    connection = db.session.connection()
    connection.exec_driver_sql("DROP TRIGGER audit_entry_refuses_update")
    connection.exec_driver_sql("UPDATE audit_entry SET actor = 'x' WHERE number = 2")
    db.session.commit()

    result = app.test_cli_runner().invoke(args=["audit", "verify"])

    assert "Does not hold: tender t, entry 2: it was changed after it was written" in result.output
    assert result.exit_code == 1


def test_a_refused_attempt_is_an_entry_too(app):
    audit.record_denied("bid.open_denied", actor="p", subject=("tender", "t"), reason="sealed")

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor, entry.details) == (
        "bid.open_denied",
        "p",
        '{"reason":"sealed"}',
    )


def test_the_first_entry_follows_sixty_four_noughts(chain):
    assert (set(chain[0].previous_hash), len(chain[0].previous_hash)) == ({"0"}, 64)


def test_who_records_is_given_the_entry(app):
    with transaction():
        audit.record("tender.created", actor="p", subject=("tender", "t"))
        entry = audit.record("tender.published", actor="p", subject=("tender", "t"), hash="0f")

    assert (entry.number, entry.action, entry.details) == (2, "tender.published", '{"hash":"0f"}')
    assert (
        entry.hash
        == db.session.scalars(select(AuditEntry.hash).where(AuditEntry.number == 2)).one()
    )


def test_many_entries_of_one_act_follow_each_other_in_one_chain(app):
    subject = ("bid", "b")
    with transaction():
        audit.record("bid.opened", actor="p", subject=subject)
        audit.record_each(
            "mark.reopened", [{"part": "a"}, {"part": "b"}], actor="p", subject=subject
        )

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [(entry.number, entry.action, entry.details) for entry in entries[1:]] == [
        (2, "mark.reopened", '{"part":"a"}'),
        (3, "mark.reopened", '{"part":"b"}'),
    ]
    assert verify_chain(entries) == []


def test_a_change_is_written_before_its_entry(app, statements_counted):
    with statements_counted() as statements, transaction():
        kind = OrganisationKind.SUPPLIER
        db.session.add(Organisation(kind=kind, name="Larkfield", legal_name="Larkfield"))
        audit.record("organisation.created", actor="p", subject=("organisation", "o"))

    written = [statement.split()[2] for statement in statements if statement.startswith("INSERT")]
    assert written == ["organisation", "audit_entry"]
