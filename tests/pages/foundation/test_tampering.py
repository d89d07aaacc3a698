"""Five hundred things done to the record behind the service's back: all of them are found.

Triggers hold off whoever comes by way of the service or of an ordinary account. These tests are
about somebody who has the file of the database and takes the triggers away.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3

import pytest
import sqlalchemy

from foundation import audit, audit_verify
from foundation.audit import FIRST_PREVIOUS, AuditEntry
from foundation.audit_roots import make_root
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from tests import proving

SEED = proving.seed(16962)
TAMPERINGS = proving.size("tamperings", 500)
ENTRY = (
    "subject_kind",
    "subject",
    "number",
    "happened_at",
    "actor",
    "action",
    "details",
    "previous_hash",
    "hash",
)
ROOT = (
    "number",
    "made_at",
    "reason",
    "last_entry_id",
    "chains",
    "entries",
    "root",
    "sent_to",
    "previous_root",
)


def write_a_record():
    """20 chains of all lengths, and a root now and then; the last covers everything before it."""
    drawn = random.Random(SEED)
    kinds = ("tender", "bid", "person", "organisation")
    for step in range(200):
        subject = drawn.randrange(20)
        with transaction():
            audit.record(
                drawn.choice(("thing.changed", "thing.read")),
                actor=f"person{drawn.randrange(9)}",
                subject=(kinds[subject % 4], f"{subject:032x}"),
                number=step,
                hash=sha256_hex(str(step)),
            )
        if step % 33 == 32 or step == 199:
            make_root("daily", ["officer@marlwick.example"])
    db.session.commit()


class Tampering:
    """One change of a copy of the file. Each way returns what it did, or None if it did nothing."""

    def __init__(self, path, number):
        self.drawn = random.Random(f"{SEED} {number}")
        self.file = sqlite3.connect(path)
        self.file.row_factory = sqlite3.Row

    def one(self, table):
        """Draw a row that a root covers: what came after the last one nobody has seen yet."""
        last = self.file.execute("SELECT max(last_entry_id) FROM audit_root").fetchone()[0]
        where = f"WHERE id <= {last}" if table == "audit_entry" else ""
        rows = self.file.execute(f"SELECT * FROM {table} {where} ORDER BY id").fetchall()
        return self.drawn.choice(rows)

    def do(self):
        ways = (
            self.change_a_character,
            self.change_a_character,
            self.change_a_root,
            self.delete,
            self.delete_a_chain,
            self.delete_a_root,
            self.swap,
            self.cut_a_tail,
            self.write_a_chain_anew,
            self.write_twice,
            self.point_elsewhere,
            self.turn_the_clock,
            self.cut_everything_after,
            self.slip_one_in,
        )
        said = None
        while said is None:
            way = self.drawn.choice(ways)
            try:
                said = f"{way.__name__}: {way()}"
            except sqlite3.IntegrityError:
                # The table itself does not take it, as two entries of one number: draw another.
                self.file.rollback()
        self.file.commit()
        self.file.close()
        return said

    def set(self, table, row, **values):
        names = ", ".join(f"{name} = ?" for name in values)
        self.file.execute(f"UPDATE {table} SET {names} WHERE id = ?", (*values.values(), row["id"]))
        return table, row["id"], values

    def other(self, value):
        """Return a value that differs in one character."""
        if isinstance(value, int):
            return value + self.drawn.choice((-1, 1, 1000))
        place = self.drawn.randrange(len(value))
        letters = [one for one in '0123456789abcdefXé \\"' if one != value[place]]
        return value[:place] + self.drawn.choice(letters) + value[place + 1 :]

    def change_a_character(self):
        row = self.one("audit_entry")
        name = self.drawn.choice(ENTRY)
        value = self.other(row[name])
        if name == "number":
            # Another row may have it: two of one number the database refuses even so.
            value = row["number"] + 1000
        return self.set("audit_entry", row, **{name: value})

    def change_a_root(self):
        row = self.one("audit_root")
        name = self.drawn.choice(ROOT)
        value = row["number"] + 1000 if name == "number" else self.other(row[name])
        return self.set("audit_root", row, **{name: value})

    def delete(self):
        row = self.one("audit_entry")
        self.file.execute("DELETE FROM audit_entry WHERE id = ?", (row["id"],))
        return row["id"]

    def delete_a_chain(self):
        row = self.one("audit_entry")
        self.file.execute("DELETE FROM audit_entry WHERE subject = ?", (row["subject"],))
        return row["subject"]

    def delete_a_root(self):
        row = self.one("audit_root")
        self.file.execute("DELETE FROM audit_root WHERE number = ?", (row["number"],))
        return row["number"]

    def swap(self):
        """Exchange what two entries say, their places and numbers left as they are."""
        one = self.one("audit_entry")
        other = self.one("audit_entry")
        while canonical(other) == canonical(one):
            other = self.one("audit_entry")
        for row, said in ((one, other), (other, one)):
            values = {name: said[name] for name in ("happened_at", "actor", "action", "details")}
            self.set("audit_entry", row, **values)
        return one["id"], other["id"]

    def cut_a_tail(self):
        row = self.one("audit_entry")
        self.file.execute(
            "DELETE FROM audit_entry WHERE subject = ? AND number >= ?",
            (row["subject"], row["number"]),
        )
        return row["subject"], row["number"]

    def write_a_chain_anew(self):
        """Change an entry and compute its chain again from there, without a fault in itself."""
        start = self.one("audit_entry")
        self.set("audit_entry", start, actor=self.other(start["actor"]))
        self.hash_again(start["subject"])
        return start["id"]

    def write_twice(self):
        row = self.one("audit_entry")
        last = self.file.execute(
            "SELECT max(number) FROM audit_entry WHERE subject = ?", (row["subject"],)
        ).fetchone()[0]
        values = [last + 1 if name == "number" else row[name] for name in ENTRY]
        self.insert(values)
        return row["id"]

    def point_elsewhere(self):
        """Give an entry to another chain, after its last."""
        row = self.one("audit_entry")
        other = self.one("audit_entry")
        while other["subject"] == row["subject"]:
            other = self.one("audit_entry")
        last = self.file.execute(
            "SELECT max(number) FROM audit_entry WHERE subject = ?", (other["subject"],)
        ).fetchone()[0]
        return self.set(
            "audit_entry",
            row,
            subject_kind=other["subject_kind"],
            subject=other["subject"],
            number=last + 1,
        )

    def turn_the_clock(self):
        row = self.one("audit_entry")
        day = row["happened_at"]
        return self.set("audit_entry", row, happened_at=f"{int(day[:4]) - 1}{day[4:]}")

    def cut_everything_after(self):
        """Remove all that came after an entry, and the roots that covered it."""
        row = self.one("audit_entry")
        self.file.execute("DELETE FROM audit_entry WHERE id > ?", (row["id"] - 1,))
        self.file.execute(
            "DELETE FROM audit_root WHERE number > "
            "(SELECT min(number) FROM audit_root WHERE last_entry_id >= ?)",
            (row["id"],),
        )
        return row["id"]

    def slip_one_in(self):
        """Write an entry between two others and compute the rest of the chain again."""
        later = []
        while not later:
            row = self.one("audit_entry")
            later = self.file.execute(
                "SELECT id, number FROM audit_entry WHERE subject = ? AND number > ? "
                "ORDER BY number DESC",
                (row["subject"], row["number"]),
            ).fetchall()
        for one in later:
            self.set("audit_entry", one, number=one["number"] + 1)
        values = dict(row) | {"number": row["number"] + 1, "action": "thing.allowed"}
        self.insert([values[name] for name in ENTRY])
        self.hash_again(row["subject"])
        return row["id"]

    def insert(self, values):
        marks = ", ".join("?" for _ in ENTRY)
        self.file.execute(f"INSERT INTO audit_entry ({', '.join(ENTRY)}) VALUES ({marks})", values)

    def hash_again(self, subject):
        previous = FIRST_PREVIOUS
        rows = self.file.execute(
            "SELECT * FROM audit_entry WHERE subject = ? ORDER BY number", (subject,)
        ).fetchall()
        for row in rows:
            said = dict(row) | {"previous_hash": previous}
            hashed = sha256_hex(canonical(said))
            self.set("audit_entry", row, previous_hash=previous, hash=hashed)
            previous = hashed


def canonical(row):
    """Return the text that is hashed, written here a second time."""
    said = {name: row[name] for name in ENTRY if name != "hash"}
    moment = said["happened_at"].replace(" ", "T") + "Z"
    return canonical_json(said | {"happened_at": moment, "details": json.loads(said["details"])})


@pytest.mark.sqlite
def test_five_hundred_tamperings_are_found_and_none_where_there_is_none(app, tmp_path):
    write_a_record()
    whole, copy = tmp_path / "whole.db", tmp_path / "copy.db"
    original = db.engine.raw_connection()
    original.driver_connection.execute("VACUUM INTO ?", (str(whole),))
    original.close()
    connection = sqlite3.connect(whole)
    for table in ("audit_entry", "audit_root"):
        for change in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_refuses_{change}")
    connection.commit()
    connection.close()

    def faults():
        engine = sqlalchemy.create_engine(f"sqlite:///{copy}", poolclass=sqlalchemy.NullPool)
        return audit_verify.verify(engine).faults

    missed, alarms = [], 0
    for number in range(TAMPERINGS):
        shutil.copy(whole, copy)
        if number % 50 == 0:
            alarms += len(faults())
        said = Tampering(copy, number).do()
        if not faults():
            missed.append((number, said))

    proving.tell(tamperings=TAMPERINGS, missed=len(missed), false_alarms=alarms)
    assert (missed, alarms) == ([], 0)


@pytest.mark.both_databases
def test_a_record_of_many_chains_and_roots_holds(app):
    write_a_record()

    found = audit_verify.verify(db.engine)

    assert (found.faults, found.roots, len(found.holding)) == ([], 7, 7)
    assert found.entries == db.session.query(AuditEntry).count() == 207
