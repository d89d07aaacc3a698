"""A proof that one entry is in the record, checked by whoever holds a root and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, text

from foundation import audit
from foundation.audit import AuditEntry
from foundation.audit_roots import AuditRoot, make_root
from foundation.database import db, transaction

CHECKER = Path(__file__).parents[3] / "tools" / "verify_audit.py"


def record(subject, **details):
    """Record an entry and return its hash."""
    with transaction():
        audit.record("thing.done", actor="p", subject=("tender", subject), **details)
    return db.session.scalars(select(AuditEntry.hash).order_by(AuditEntry.id.desc())).first()


@pytest.fixture
def prove(app, tmp_path):
    def proven(entry, root):
        db.session.commit()
        out = str(tmp_path / "proof.json")
        return app.test_cli_runner().invoke(
            args=["audit", "prove", entry, "--root", root, "--out", out]
        )

    return proven


@pytest.fixture
def checked(tmp_path):
    """Check the proof as somebody with the file, the script and a root would."""

    def check(root, change=None):
        path = tmp_path / "proof.json"
        if change is not None:
            proof = json.loads(path.read_text())
            change(proof)
            path = tmp_path / "changed.json"
            path.write_text(json.dumps(proof))
        command = [sys.executable, "-I", CHECKER, "--root", root, path]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return check


def dropped(proof):
    proof["entries"].pop(1)


def bare(proof):
    """Leave of an entry between nothing but hashes, which prove nothing."""
    said = proof["entries"][1]
    proof["entries"][1] = {
        name: said[name] for name in ("subject_kind", "subject", "number", "previous_hash", "hash")
    }


def changed(proof):
    proof["entries"][0]["details"]["mark"] = 5


def elsewhere(proof):
    proof["place"] += 1


def shorter(proof):
    proof["path"].pop()


@pytest.mark.both_databases
def test_an_entry_is_proven_to_whoever_holds_the_root_and_nothing_else(app, prove, checked):
    record("a")
    wanted = record("b", mark=3, words="Größe “x”")
    record("c")
    record("b", mark=4)
    record("b")
    root = make_root("daily", []).root
    record("b", mark=1)
    later = make_root("daily", []).root

    made = prove(wanted, root)

    assert made.exit_code == 0, made.output
    held = checked(root)
    assert (held.returncode, "entry 1 (thing.done" in held.stdout) == (0, True), held
    assert checked(later).returncode == 1
    for change in (dropped, bare, changed, elsewhere, shorter):
        assert checked(root, change).returncode == 1, change.__name__


def test_what_cannot_be_proven_is_said(app, prove):
    entry, root = record("a"), make_root("daily", []).root
    younger = record("a")

    assert "No entry of the record" in prove("0" * 64, root).output
    assert "No root that was kept" in prove(entry, "0" * 64).output
    assert "is older than the entry" in prove(younger, root).output


@pytest.mark.sqlite
def test_the_last_entry_a_root_covers_is_proven_too(app, prove, checked):
    record("a")
    last, root = record("b"), make_root("daily", []).root

    assert prove(last, root).exit_code == 0
    assert checked(root).returncode == 0


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_entry SET actor = 'q' WHERE id = 1", "was changed after it was written"),
        ("UPDATE audit_entry SET hash = 'f' || substr(hash, 2) WHERE id = 2", "is not what it was"),
        ("UPDATE audit_root SET root = replace(root, 'a', 'b')", "is not what it was"),
        ("UPDATE audit_root SET chains = 9", "is not what it was"),
    ],
    ids=["the entry", "another chain", "the root", "the number of chains"],
)
def test_nothing_is_proven_from_a_record_that_was_changed(app, prove, statement, said):
    entry = record("a")
    record("b")
    make_root("daily", [])
    db.session.execute(text("DROP TRIGGER audit_entry_refuses_update"))
    db.session.execute(text("DROP TRIGGER audit_root_refuses_update"))

    db.session.execute(text(statement))
    root = db.session.scalar(select(AuditRoot.root))

    assert said in prove(entry, root).output
