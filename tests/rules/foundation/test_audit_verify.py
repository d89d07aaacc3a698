"""A small record written by hand, spoiled in one place at a time: what is found, and what is said.

Two chains and two roots. Five hundred tamperings drawn of a larger one: test_tampering.py.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from foundation.audit import FIRST_PREVIOUS, AuditEntry, entry_hash
from foundation.audit_roots import ROOT_MADE, ROOTS, AuditRoot, Root, leaf_of
from foundation.audit_verify import found_in, verify
from foundation.canonical import canonical_json
from foundation.merkle import Tree, leaf_hash

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
TENDER, BID = ("tender", "t"), ("bid", "b")
# Entries by their row: 1 and 3 of the tender, 2 of the bid, 4 and 6 of the chain of roots.
WRITTEN = (TENDER, BID, TENDER, "root", BID, "root", TENDER)


class Writing:
    """Writes entries and roots as the service does, into a database of its own."""

    def __init__(self, connection):
        self.connection = connection
        self.heads, self.entries, self.roots = {}, 0, []

    def enter(self, subject, action="thing.changed", **details):
        number, previous, place = self.heads.get(subject, (0, FIRST_PREVIOUS, len(self.heads)))
        self.entries += 1
        entry = AuditEntry(
            id=self.entries,
            subject_kind=subject[0],
            subject=subject[1],
            number=number + 1,
            happened_at=NOON + timedelta(minutes=self.entries),
            actor="system",
            action=action,
            details=canonical_json(details),
            previous_hash=previous,
        )
        entry.hash = entry_hash(entry)
        self.insert(AuditEntry, entry)
        self.heads[subject] = number + 1, entry.hash, place

    def make_root(self):
        tree = Tree()
        for (kind, subject), (number, hashed, place) in self.heads.items():
            tree.put(place, leaf_hash(leaf_of(kind, subject, number, hashed)))
        number = len(self.roots) + 1
        root = AuditRoot(
            id=number,
            number=number,
            made_at=NOON + timedelta(minutes=self.entries),
            reason="daily",
            last_entry_id=self.entries,
            chains=len(self.heads),
            entries=self.entries,
            root=tree.root().hex(),
            sent_to="[]",
            previous_root=self.roots[-1] if self.roots else FIRST_PREVIOUS,
        )
        self.insert(AuditRoot, root)
        self.roots.append(root.root)
        row = Root.of({name: getattr(root, name) for name in Root.__dataclass_fields__})
        self.enter(ROOTS, ROOT_MADE, number=number, row=row.row_hash())

    def insert(self, model, row):
        table = model.__table__
        self.connection.execute(
            table.insert(), [{each.name: getattr(row, each.name) for each in table.columns}]
        )


@pytest.fixture
def engine():
    made = create_engine("sqlite://", poolclass=StaticPool)
    with made.begin() as connection:
        for model in (AuditEntry, AuditRoot):
            model.__table__.create(connection)
        writing = Writing(connection)
        for what in WRITTEN:
            if what == "root":
                writing.make_root()
            else:
                writing.enter(what)
    yield made
    made.dispose()


@pytest.fixture
def spoiled(engine):
    """Spoil the record with statements, and return what is found then, each in words."""

    def by(*statements):
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
            return [str(fault) for fault in found_in(connection).faults]

    return by


THE_DAY = "audit roots, entry {}: the chains of that day are not what they were"
ANEW = "UPDATE audit_entry SET {} WHERE id = {}"
OF_ROOT = "UPDATE audit_root SET {} WHERE number = {}"
CHANGED = "it was changed after it was written"


def test_what_was_written_holds_and_is_counted(engine):
    found = verify(engine)

    assert [str(fault) for fault in found.faults] == []
    assert (found.entries, found.chains, found.roots) == (7, 3, 2)
    assert [root.number for root in found.holding.values()] == [1, 2]
    assert all(hashed == root.root for hashed, root in found.holding.items())


def test_a_record_without_an_entry_has_nothing_against_it(spoiled, engine):
    assert spoiled("DELETE FROM audit_entry", "DELETE FROM audit_root") == []
    found = verify(engine)
    assert (found.entries, found.chains, found.roots) == (0, 0, 0)


def test_a_backup_from_before_there_were_roots_is_read(spoiled, engine):
    assert spoiled("DROP TABLE audit_root", "DELETE FROM audit_entry WHERE id > 3") == []
    assert verify(engine).entries == 3


def test_what_cannot_be_read_is_said_and_not_passed_over(spoiled):
    assert spoiled("DROP TABLE audit_entry") == [
        "all chains, entry 0: it cannot be read (OperationalError)"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("actor = 'somebody'", CHANGED),
        ("happened_at = '2026-12-01 12:03:01.000000'", CHANGED),
        ("details = '{ }'", CHANGED),
        ("actor = 7", CHANGED),
        ("previous_hash = 'x'", "it does not follow from the entry before it"),
        ("number = 9", "entry 2 is missing"),
        ("number = 'two'", "entry 2 is missing"),
    ],
)
def test_a_changed_entry_is_named_with_what_is_wrong(spoiled, change, said):
    found = spoiled(ANEW.format(change, 3))

    assert [one.partition(": ")[2] for one in found if one.startswith("tender t")][0] == said


def test_an_entry_whose_head_a_root_covers_spoils_that_root_and_later_ones(spoiled):
    assert spoiled(ANEW.format("hash = 'x'", 3)) == [
        f"tender t, entry 2: {CHANGED}",
        THE_DAY.format(1),
        THE_DAY.format(2),
        "tender t, entry 3: it does not follow from the entry before it",
    ]


def test_after_a_gap_the_chain_goes_on_from_where_it_is(spoiled):
    """One fault for one removal: what follows is not missing too."""
    assert spoiled("DELETE FROM audit_entry WHERE id = 3") == [
        THE_DAY.format(1),
        "audit roots, entry 1: rows 3 to 3 before it are gone",
        THE_DAY.format(2),
        "tender t, entry 3: entry 2 is missing",
    ]


def test_after_a_number_that_is_none_the_chain_is_counted_on(spoiled):
    found = spoiled(ANEW.format("number = 'two'", 3))

    assert [one for one in found if one.startswith("tender t")] == [
        "tender t, entry two: entry 2 is missing"
    ]


def test_an_end_cut_off_shows_in_the_root_that_covers_it_and_not_before(spoiled):
    assert spoiled("DELETE FROM audit_entry WHERE id = 7") == []
    assert spoiled("DELETE FROM audit_entry WHERE id >= 5") == [
        THE_DAY.format(2),
        "audit roots, entry 2: this root is not the one its entry in the record tells of",
    ]


@pytest.mark.parametrize(
    ("change", "number", "said"),
    [
        ("reason = 'opening'", 1, "this root is not the one its entry in the record tells of"),
        ("previous_root = 'x'", 2, "this root does not follow from the one before it"),
        ("number = 5", 2, "root 2 is missing"),
    ],
)
def test_a_changed_root_is_named_and_does_not_hold(spoiled, engine, change, number, said):
    found = spoiled(OF_ROOT.format(change, number))

    assert any(one.endswith(said) for one in found)
    assert [root.number for root in verify(engine).holding.values()] == [3 - number]


@pytest.mark.parametrize("change", ["chains = 9", "entries = 9", "root = 'x'"])
def test_a_root_that_is_not_what_is_computed_does_not_hold(spoiled, change):
    assert spoiled(OF_ROOT.format(change, 2))[0] == THE_DAY.format(2)


def test_a_removed_root_is_missed(spoiled):
    assert spoiled("DELETE FROM audit_root WHERE number = 2") == [
        "audit roots, entry 2: this root is missing"
    ]
