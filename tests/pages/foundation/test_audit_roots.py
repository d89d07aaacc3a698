"""Roots over all chains, and what recomputing the record finds with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from foundation import audit, audit_roots, audit_verify, clock
from foundation.audit import AuditEntry
from foundation.audit_roots import AuditRoot, make_root
from foundation.database import db, transaction
from foundation.mail import Message

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
TO = ["officer@marlwick.example", "deputy@marlwick.example"]


def entries(*subjects):
    for subject in subjects:
        with transaction():
            audit.record("thing.done", actor="p", subject=("tender", subject), hash="0f")


def checked():
    db.session.commit()
    return audit_verify.verify(db.engine)


def faults():
    return [str(fault) for fault in checked().faults]


def without_triggers():
    """Let this test change what the database refuses to change."""
    names = ("audit_entry_refuses", "audit_root_refuses")
    postgresql = db.engine.dialect.name == "postgresql"
    for name in names:
        if postgresql:
            table = name.removesuffix("_refuses")
            run(f"DROP TRIGGER {name}_change ON {table}")
        else:
            run(f"DROP TRIGGER {name}_update", f"DROP TRIGGER {name}_delete")


def run(*statements):
    for statement in statements:
        db.session.execute(text(statement))
    db.session.commit()


def invoke(app, *arguments):
    db.session.commit()
    return app.test_cli_runner().invoke(args=["audit", "verify", *arguments])


@pytest.mark.both_databases
def test_a_root_is_kept_recorded_and_holds(app, at):
    at(NOON)
    entries("a", "b", "a")

    first = make_root("daily", TO)
    entries("c")
    second = make_root("daily", TO)

    assert (first.number, first.chains, first.entries) == (1, 2, 3)
    # The first root is an entry too, and the second covers it.
    assert (second.number, second.chains, second.entries) == (2, 4, 5)
    assert (first.previous_root, second.previous_root) == ("0" * 64, first.root)
    found = checked()
    assert (found.faults, found.roots, list(found.holding)) == ([], 2, [first.root, second.root])


@pytest.mark.both_databases
def test_every_chain_under_a_root_can_be_led_to_it(app):
    entries("a", "b", "c", "a")
    heads = audit_roots.heads()[0]

    root = make_root("daily", [])

    assert [head[:3] for head in heads] == [
        ("tender", "a", 2),
        ("tender", "b", 1),
        ("tender", "c", 1),
    ]
    assert audit_roots.tree_of(heads).root().hex() == root.root


def test_two_officers_have_number_day_and_hash_and_no_count(app, at):
    at(NOON)
    entries("a", "b", "a", "c", "d", "e", "f")

    root = make_root("daily", TO)

    messages = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert sorted(one.recipient for one in messages) == sorted(TO)
    assert messages[0].subject == "The record of who did what, number 1"
    assert messages[0].text.splitlines()[:4] == [
        "Number: 1",
        "Day: 2 November 2026",
        f"Hash: {root.root}",
        "",
    ]
    without_hash = messages[0].text.replace(root.root, "").replace("2 November 2026", "")
    assert [letter for letter in without_hash if letter.isdigit()] == ["1"]


@pytest.mark.both_databases
def test_the_database_refuses_to_change_a_root(app):
    make_root("daily", [])
    db.session.commit()

    with pytest.raises(Exception, match="audit_root is never changed"):
        run("UPDATE audit_root SET root = 'x'")
    db.session.rollback()
    with pytest.raises(Exception, match="audit_root is never changed"):
        run("DELETE FROM audit_root")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE audit_entry SET actor = 'q' WHERE id = 2", "tender b, entry 1: it was changed"),
        ("UPDATE audit_entry SET subject = 'z' WHERE id = 4", "tender z, entry 2: entry 1 is"),
        ("DELETE FROM audit_entry WHERE id = 1", "tender a, entry 2: entry 1 is missing"),
        ("DELETE FROM audit_entry WHERE id = 4", "audit roots, entry 1: the chains of that day"),
        ("DELETE FROM audit_entry WHERE id >= 4", "audit roots, entry 1: the chains of that day"),
        ("DELETE FROM audit_root WHERE number = 2", "audit roots, entry 2: this root is missing"),
        ("UPDATE audit_root SET reason = 'x' WHERE number = 1", "audit roots, entry 1: this root"),
        ("UPDATE audit_root SET sent_to = '[]' WHERE number = 2", "audit roots, entry 2: this"),
        ("UPDATE audit_root SET chains = 9 WHERE number = 1", "audit roots, entry 1: the chains"),
        (
            "UPDATE audit_root SET previous_root = 'x' WHERE number = 2",
            "audit roots, entry 2: this root does not follow from the one before it",
        ),
    ],
)
def test_what_was_done_to_the_record_is_named(app, statement, named):
    entries("a", "b", "c", "a")
    make_root("daily", TO)
    make_root("daily", TO)
    without_triggers()

    run(statement)

    assert [fault for fault in faults() if fault.startswith(named)][:1] != [], faults()


def test_a_chain_written_anew_fits_itself_and_not_the_root(app):
    entries("a", "b", "a")
    make_root("daily", [])
    without_triggers()

    previous = audit.FIRST_PREVIOUS
    for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "a")):
        entry.actor, entry.previous_hash = "somebody else", previous
        entry.hash = previous = audit.entry_hash(entry)
    db.session.commit()

    assert faults() == ["audit roots, entry 1: the chains of that day are not what they were"]


def test_a_record_written_anew_with_its_roots_fits_itself_and_not_the_message(app):
    entries("a", "b")
    sent = make_root("daily", []).root
    without_triggers()
    run("DELETE FROM audit_entry", "DELETE FROM audit_root")

    entries("a", "b")
    make_root("daily", [])

    assert faults() == []
    result = invoke(app, "--root", sent)
    assert "No root that holds has this hash" in result.output
    assert result.exit_code == 1


def test_the_command_says_which_root_a_message_holds(app, at):
    at(NOON)
    entries("a")
    root = make_root("daily", []).root

    result = invoke(app, "--root", root.upper())

    assert result.output == (
        "2 entries in 2 chains and 1 roots checked, 0 faults\n"
        "This is root 1 of 2026-11-02T12:00:00.000000Z: all it stands for is unchanged\n"
    )
    assert result.exit_code == 0


@pytest.mark.sqlite
def test_a_moment_spelt_otherwise_is_noticed(app):
    entries("a")
    without_triggers()
    run("UPDATE audit_entry SET happened_at = replace(happened_at, ' ', 'T')")

    assert faults() == ["tender a, entry 1: it was changed after it was written"]


@pytest.mark.postgresql
def test_a_root_waits_for_entries_under_way(app, monkeypatch):
    """An id is given before the commit: an entry with a lower one must not come up later."""
    monkeypatch.setattr(audit_roots, "LONGEST_WAIT_SECONDS", 0.2)
    entries("a")
    with db.engine.connect() as other:
        other.execute(text(f"SELECT pg_advisory_xact_lock_shared({audit.RECORDING})"))

        with pytest.raises(audit_roots.StillRecording):
            make_root("daily", [])

    assert make_root("daily", []).number == 1


def test_the_quick_hash_is_the_hash_that_was_recorded(app, at):
    texts = ['"', "\\", "\x1f\x7f\u2028", "é 😀", "</script>", "\n\r\t", ""]
    for number, odd in enumerate(texts):
        at(NOON + timedelta(microseconds=number * 7))
        with transaction():
            audit.record("odd.done", actor=odd, subject=("person", f"x{odd}"), odd=odd, deep=[odd])

    assert (clock.now().microsecond, faults()) == (42, [])
    assert db.session.scalar(select(AuditRoot.id)) is None
