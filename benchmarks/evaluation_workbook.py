"""The evaluation workbook of very many bids: `python -m benchmarks.evaluation_workbook [bids]`.

The tender of `benchmarks.after_a_mark`, with words as long and as different as people write them,
in a temporary folder. A process of its own then makes the workbook as the job does, so that its
memory is the job's. Prints how long that took, its highest memory, and how many rows each sheet
has. Exits 1 beyond 60 seconds of its own processor time or 400 MB.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, insert, select, text

from accounts.models import Organisation, Person
from accounts.rules.roles import OrganisationKind
from benchmarks import marked_tender
from benchmarks.pages import application
from foundation import clock
from foundation.database import db, transaction
from foundation.tokens import new_token
from scoring.evaluation_file import workbook_of
from scoring.models import AgreedMark, BidStanding, Mark, MarkLock, QualityAgreed
from supplier_portal.models import Bid
from tenders.models import Tender
from tests import factories

QUESTIONS = 150
MOST_SECONDS = 60
MOST_MEGABYTES = 400
WORDS = (
    "the answer names a second site and says how often it is tested who reads the report what was "
    "found last year which parts of the service are covered and that nothing is left to others it "
    "does not show evidence for backups kept apart nor a date by which the gap is closed"
)
# So many bids are written by the program; the others are copies of them with words of their own.
WRITTEN = 20
ROW = re.compile(rb"<row ")


def main() -> int:
    if sys.argv[1:2] == ["make"]:
        return make(Path(sys.argv[2]))
    bids = int(sys.argv[1]) if sys.argv[1:] else 5000
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        build(Path(folder), bids)
        print(
            f"{bids} bids × {QUESTIONS} questions × 2 evaluators, built in "
            f"{time.perf_counter() - began:.0f} s",
            flush=True,
        )
        command = [sys.executable, "-m", "benchmarks.evaluation_workbook", "make", folder]
        status = subprocess.run(command, check=False).returncode  # noqa: S603
        tell_sheets(Path(folder) / "evaluation.xlsx")
    return status


def build(folder: Path, bids: int) -> None:
    with application(folder).app_context():
        upgrade()
        plain = marked_tender.cells

        def written(*args: Any) -> Iterator[dict[str, Any]]:
            chance = random.Random(2)  # noqa: S311
            for cell in plain(*args):
                said = {f"{level}.{n}": chance.random() < 0.7 for level in (3, 4) for n in (1, 2)}
                yield cell | {
                    "reason": sentence(chance, 40),
                    "feedback": sentence(chance, 25),
                    "points": said,
                }

        # The same tender, with words that do not repeat.
        marked_tender.cells = written  # type: ignore[assignment]
        made = marked_tender.build(min(bids, WRITTEN), QUESTIONS)
        copy_bids(made, bids - WRITTEN)
        db.session.remove()
        db.engine.dispose()


def sentence(chance: random.Random, words: int) -> str:
    return f"SLP-07.f: {' '.join(chance.choices(WORDS.split(), k=words))}."


def copy_bids(made: marked_tender.Made, count: int) -> None:
    """Add ``count`` bids with all that belongs to them, within the database: millions of rows."""
    first = db.session.scalars(select(Bid.id).order_by(Bid.id)).all()
    pattern = row_of(db.session.get_one(Bid, first[0]))
    with transaction():
        for number in range(count):
            name = {"name": f"Bidder {number:05}", "legal_name": f"Bidder {number:05} Limited"}
            kind = {"kind": OrganisationKind.SUPPLIER, "token": new_token()}
            one = db.session.execute(insert(Organisation).values(**name, **kind))
            [company] = one.inserted_primary_key  # type: ignore[attr-defined]
            supplier = {"supplier_id": company, "token": new_token()}
            db.session.execute(insert(Bid).values(**pattern | supplier))
        last = max(first)
        added = db.session.scalars(select(Bid.id).where(Bid.id > last).order_by(Bid.id)).all()
        db.session.execute(text("CREATE TEMPORARY TABLE copied (new INTEGER, old INTEGER)"))
        pairs = [{"new": n, "old": first[i % len(first)]} for i, n in enumerate(added)]
        if pairs:
            db.session.execute(text("INSERT INTO copied VALUES (:new, :old)"), pairs)
        for table in (Mark, AgreedMark, BidStanding):
            db.session.execute(text(copied(table)))
        # What was added counts as locked and agreed too.
        newest = select(func.max(AgreedMark.id)).scalar_subquery()
        covered = {"number": 2, "last_mark_id": newest}
        for said in db.session.scalars(select(QualityAgreed)).all():
            db.session.execute(insert(QualityAgreed).values(**row_of(said) | covered))
        for lock in db.session.scalars(select(MarkLock)).all():
            again = {"number": 2, "last_mark_id": select(func.max(Mark.id)).scalar_subquery()}
            db.session.execute(insert(MarkLock).values(**row_of(lock) | again))


def copied(table: Any) -> str:
    """Return the statement that copies what belongs to a bid, each text with its number."""
    own = {
        "bid_id": "copied.new",
        "reason": "reason || ' Bid ' || copied.new",
        "feedback": "feedback || ' Bid ' || copied.new",
        "price": "printf('%d.%02d', 90000 + abs(random()) % 60000, abs(random()) % 100)",
    }
    names = [column.key for column in table.__table__.columns if column.key != "id"]
    values = ", ".join(own.get(name, name) for name in names)
    source = f"{table.__tablename__} JOIN copied ON copied.old = bid_id"
    # Made of names of our own tables and columns alone.
    return f"INSERT INTO {table.__tablename__} ({', '.join(names)}) SELECT {values} FROM {source}"  # noqa: S608


def row_of(lock: MarkLock | QualityAgreed | Bid) -> dict[str, Any]:
    columns = (column.key for column in lock.__table__.columns if column.key != "id")
    return {name: getattr(lock, name) for name in columns}


def make(folder: Path) -> int:
    """Make the workbook into a file, and say what it took."""
    with application(folder).app_context():
        tender = db.session.scalars(select(Tender)).one()
        officer = db.session.get_one(Person, tender.created_by_id)
        viewer = factories.viewer_of(officer)
        began, own = time.perf_counter(), time.process_time()
        size = 0
        with (folder / "evaluation.xlsx").open("wb") as file:
            for piece in workbook_of(tender, viewer, clock.now()):
                size += file.write(piece)
        took, own = time.perf_counter() - began, time.process_time() - own
    # Of this process alone: what getrusage says begins with the memory of the one that started it.
    said = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(re.findall(r"VmHWM:\s+(\d+)", said)[0]) / 1024
    print(
        f"made in {took:.1f} s ({own:.1f} s of one processor), {size / 1e6:.0f} MB, "
        f"at most {peak:.0f} MB of memory; goal {MOST_SECONDS} s and {MOST_MEGABYTES} MB"
    )
    return 1 if own > MOST_SECONDS or peak > MOST_MEGABYTES else 0


def tell_sheets(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").decode()
        for number, title in enumerate(re.findall(r'<sheet name="([^"]*)"', book), start=1):
            rows, unpacked, kept = 0, 0, b""
            with archive.open(f"xl/worksheets/sheet{number}.xml") as member:
                while piece := member.read(1 << 20):
                    unpacked += len(piece)
                    # A row cut by the end of a piece is counted with the next.
                    rows += len(ROW.findall(kept + piece))
                    kept = piece[-4:]
            print(f"  {title:14} {rows:9,} rows, {unpacked / 1e6:6.0f} MB unpacked")


if __name__ == "__main__":
    sys.exit(main())
