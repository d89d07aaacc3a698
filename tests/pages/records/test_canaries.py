"""Before the opening no word of a bid stands anywhere on the machine in the clear.

A thousand words that stand nowhere else are put wherever a company can write; then every byte the
service has left behind is searched for them: the database with its log, files, what is on its way
in, letters, the outbox, temporary files, what was logged, and backups.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import logging
import secrets
import tempfile
import zipfile
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import MetaData, create_engine, select

from accounts import queries as accounts
from accounts.rules.roles import Role
from foundation import clock, jobs
from foundation.database import db, engine_options, transaction
from foundation.tokens import new_token
from question_bank.rules.questions import Kind
from supplier_portal import queries, service
from supplier_portal.queries.library import document_of
from supplier_portal.queries.terms import commitments_now
from supplier_portal.rules.confidential import Ground, Mark
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.rules.platform import OnPlatform, PlatformRole
from supplier_portal.rules.terms import clauses_shown
from supplier_portal.service.confidential import mark_confidential
from supplier_portal.service.late import hand_in_late
from supplier_portal.service.library import add_document, add_revision
from supplier_portal.service.profile import keep_standing
from tenders import service as tenders
from tenders.libraries import frozen_libraries
from tenders.queries import questionnaire_of
from tests import pricing, proving
from tests.answers_made import made_row
from tests.canaries import Canaries, found_in, spelt
from tests.factories import make_person, make_supplier, make_tender, viewer_of

CANARIES = proving.size("canaries", 1000)
CLOSES_AT = datetime(2026, 12, 15, 12, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
END = b"\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def canaries():
    return Canaries()


@pytest.fixture
def lead(app):
    return make_person(Role.BID_LEAD, make_supplier("Larkfield"), name="Mara Voss")


@pytest.fixture
def bid(lead, at):
    at(CLOSES_AT - timedelta(days=20))
    officer = make_person(Role.OFFICER)
    tender = make_tender(officer, closes_at=CLOSES_AT)
    with transaction():
        tender.allows_qualifications = tender.last_saved_counts = True
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=frozen_libraries(tender))
    at(CLOSES_AT - timedelta(hours=1))
    return service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())


@pytest.fixture
def written(bid, lead, canaries, at, client_for, app, monkeypatch, tmp_path, caplog):
    """Let a company write canaries wherever it can, through pages and services."""
    caplog.set_level(logging.DEBUG)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    by = viewer_of(lead)
    answers(bid, by, canaries)
    files(bid, by, canaries)
    through_pages(client_for(lead), bid, canaries)
    around_the_bid(bid, by, lead, canaries)
    of_the_company(by, canaries)
    declared = {"knows_missing": True}
    for _ in range(2):
        service.submit_bid(bid, by=by, arrived_at=clock.now(), declared_by=canaries(), **declared)
    service.withdraw_bid(bid, by=by, arrived_at=clock.now())
    # What is still left of the thousand goes into the file that comes last.
    rest = CANARIES - canaries.given - 2
    assert rest > 0
    add_file(bid, by, "rest.csv", f"Word\n{canaries(rest)}\n".encode(), "Rest")
    at(CLOSES_AT + timedelta(minutes=3))
    hand_in_late(
        bid, by=by, arrived_at=clock.now(), declared_by=canaries(), why=canaries(), **declared
    )
    assert canaries.given == CANARIES
    jobs.run_due_jobs(app.extensions["job_handlers"])
    db.session.commit()
    return [Path(app.instance_path), temporary]


def answers(bid, by, canaries):
    """Every answer that is text, and a row of every table that has text in it."""
    parts = questionnaire_of(bid.tender).parts
    values = {
        part.id: (0, canaries(8 if part.kind is Kind.NARRATIVE else 1))
        for part in parts.values()
        if part.kind in (Kind.NARRATIVE, Kind.SHORT_TEXT)
    }
    values["SLP-13.b"] = (0, [_named(made_row(parts["SLP-13.b"], 1), canaries)])
    saved = service.save_answers(bid, values, by=by, arrived_at=clock.now())
    assert len(values) > 25
    assert saved is not None


def _named(row, canaries):
    return {
        column: canaries() if str(value).startswith("Larkfield") else value
        for column, value in row.items()
    }


def add_file(bid, by, name, data, title):
    part = questionnaire_of(bid.tender).parts["SLP-07.g2"]
    service.add_evidence(
        bid,
        part,
        service.NewFile(name, data, title=title),
        by=by,
        arrived_at=clock.now(),
    )


def files(bid, by, canaries):
    for _ in range(5):
        text = canaries(20).encode()
        add_file(bid, by, f"{canaries()}.pdf", PDF + b"%" + text + END, canaries())


def through_pages(client, bid, canaries):
    """Right and wrong, so that whatever pages leave behind is looked at."""
    page = f"/bids/{bid.token}/questions/SLP-07"
    big = PDF + b"%" + canaries(40).encode() + b"\n%" + b"x" * 400_000 + END
    sent = [
        client.post(page, data={"v-SLP-07.d": "1", "SLP-07.d": canaries(5)}),
        client.post(page, data={"v-SLP-07.e": "1", "SLP-07.e": f"{canaries()} " * 9000}),
        client.post(f"/bids/{bid.token}/typed/questions/SLP-07", data={"SLP-07.a": canaries(5)}),
        client.post(
            f"{page}/SLP-07.g2/files",
            data={"title": canaries(), "file": (io.BytesIO(big), f"{canaries()}.pdf")},
            content_type="multipart/form-data",
        ),
        client.post(
            f"{page}/SLP-07.g2/files",
            data={"title": canaries(), "file": (io.BytesIO(b"MZ" + big), f"{canaries()}.exe")},
            content_type="multipart/form-data",
        ),
        client.post(f"/bids/{bid.token}/check", data={"declared_by": canaries()}),
        client.get(f"/bids/{bid.token}/questions/SLP-07?x={quote(canaries())}"),
    ]
    assert [answer.status_code for answer in sent] == [302, 422, 200, 302, 422, 422, 200]


def around_the_bid(bid, by, lead, canaries):
    """What is no answer and goes with the bid, or stays within the company."""
    service.add_comment(bid, "SLP-07", canaries(20), by=by)
    service.keep_typed(bid, "library", [("title", canaries(20))], by=by, at=clock.now())
    certifier = make_person(Role.CERTIFIER, accounts.organisations_of(lead)[0])
    service.sign_off(
        bid,
        agreed=False,
        reason=canaries(5),
        revision=bid.revision,
        by=viewer_of(certifier),
        arrived_at=clock.now(),
    )
    mark = Mark(new_token(), "SLP-07.a", Ground.TRADE_SECRET, canaries(5), date(2030, 1, 1))
    mark_confidential(bid, mark, by=by, arrived_at=clock.now())
    service.save_on_platform(
        bid,
        0,
        OnPlatform(PlatformRole.BIDDER, canaries()),
        based_on=0,
        by=by,
        arrived_at=clock.now(),
    )
    shown = clauses_shown(commitments_now(bid, queries.asked_answers(bid)[0]))
    objection = service.NewQualification(
        next(iter(shown.titles)), canaries(5), canaries(5), canaries(5)
    )
    service.save_qualification(bid, objection, based_on=0, by=by, arrived_at=clock.now())
    service.count_at_closing(
        bid, by=by, arrived_at=clock.now(), declared_by=canaries(), agreed=True
    )


def of_the_company(by, canaries):
    """The evidence library, and what is true of the company whoever asks."""
    for kind in ("policy", "report"):
        document = add_document(DocumentFacts(canaries(), DocumentKind(kind)), by=by)
        data = PDF + b"%" + canaries(20).encode() + END
        kept = document_of(by, document.token)
        add_revision(kept, service.NewFile(f"{canaries()}.pdf", data), by=by)
    standing = {"SLP-07.a": (0, canaries(5)), "SLP-07.d": (0, canaries(5))}
    assert keep_standing(standing, by=by, arrived_at=clock.now()) == frozenset(standing)
    service.keep_typed(None, "profile", [("words", canaries(10))], by=by, at=clock.now())


def everything_left_behind(folders, caplog):
    """Yield (where, bytes) of every file and everything that was logged."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "test_canaries" not in path.name:
                yield str(path), path.read_bytes()
    yield "the log", caplog.text.encode()
    for record in caplog.records:
        yield "a record of the log", repr(record.__dict__).encode()


def every_column(address):
    """Yield (table and column, bytes) of every value in the database."""
    engine = create_engine(address, **engine_options(address))
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    data = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table.name}.{name}", data
    engine.dispose()


@pytest.mark.sqlite
@pytest.mark.slow
def test_nothing_a_company_wrote_stands_in_the_clear_in_any_file_or_log(
    written, caplog, database, canaries
):
    searched = list(everything_left_behind(written, caplog))
    names = {Path(where).name for where, _ in searched}

    hits = [(where, found) for where, data in searched if (found := found_in(data))]
    proving.tell(canaries=CANARIES, places_searched=len(searched), hits=len(hits))
    assert hits == []
    assert names >= {"supplier_assurance.db", "supplier_assurance.db-wal"}
    assert sum(Path(where).parent.name == "outbox" for where, _ in searched) > 0
    assert sum("/files/" in where for where, _ in searched) >= 9


@pytest.mark.both_databases
@pytest.mark.slow
def test_nothing_a_company_wrote_stands_in_the_clear_in_any_column(written, database):
    found = [(where, words) for where, data in every_column(database) if (words := found_in(data))]

    assert found == []


@pytest.fixture
def backed_up(app, tmp_path_factory):
    """Make a backup without a key and one with it; return where they are."""

    def make():
        away = tmp_path_factory.mktemp("backups")
        key = tmp_path_factory.mktemp("kept") / "backup.key"
        key.write_text(secrets.token_hex(32))
        for name, words in (("open", ()), ("under a key", ("--key", key))):
            db.session.rollback()
            folder = away / name
            made = app.test_cli_runner().invoke(args=["backup", str(folder), *map(str, words)])
            assert made.exit_code == 0, made.output
        return away

    return make


@pytest.mark.both_databases
@pytest.mark.slow
def test_nothing_a_company_wrote_stands_in_the_clear_in_a_backup(written, backed_up, caplog):
    searched = list(everything_left_behind([backed_up()], caplog))

    hits = [(where, found) for where, data in searched if (found := found_in(data))]
    proving.tell(backups_searched=2, files_of_backups=len(searched), hits=len(hits))
    assert hits == []
    # Every file a company sent in is in both.
    assert sum("/files/" in where for where, _ in searched) >= 2 * 9


@pytest.mark.both_databases
def test_what_is_meant_to_be_read_is_found_in_a_backup_without_a_key(
    bid, lead, canaries, backed_up, caplog
):
    tenders.ask_clarification(
        bid.tender, "", canaries(), by=viewer_of(lead), arrived_at=clock.now()
    )
    db.session.commit()

    away = backed_up()

    plain = everything_left_behind([away / "open"], caplog)
    # PostgreSQL compresses its copies.
    expected = {"plain"} if db.engine.dialect.name == "sqlite" else {"compressed"}
    assert [found for _, data in plain if (found := found_in(data))] == [expected]
    sealed = everything_left_behind([away / "under a key"], caplog)
    assert [where for where, data in sealed if found_in(data)] == []


@pytest.mark.sqlite
def test_what_is_meant_to_be_read_is_found_by_the_same_search(
    app, bid, lead, canaries, tmp_path, caplog
):
    """A question to the council is read by everybody: in its clear words the search finds it."""
    tenders.ask_clarification(
        bid.tender, "", canaries(), by=viewer_of(lead), arrived_at=clock.now()
    )
    logging.getLogger("foundation").warning("Somebody logs %s", canaries())
    (tmp_path / "spool").mkdir(exist_ok=True)
    (tmp_path / "spool" / "left").write_bytes(zlib.compress(canaries(30).encode()))
    db.session.commit()

    found = {
        Path(where).name: found_in(data)
        for where, data in everything_left_behind([tmp_path], caplog)
        if found_in(data)
    }

    assert found["supplier_assurance.db-wal"] == {"plain"}
    assert found["left"] == {"compressed"}
    assert found["the log"] == {"plain"}


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("plain", str.encode),
        ("utf-16-le", lambda text: text.encode("utf-16-le")),
        ("utf-16-be", lambda text: text.encode("utf-16-be")),
        ("hex", lambda text: text.encode().hex().encode()),
        ("HEX", lambda text: text.encode().hex().upper().encode()),
        ("url-encoded", lambda text: quote(text).encode()),
        ("json-escaped", lambda text: json.dumps({"a": text}).encode()),
        ("compressed", lambda text: zlib.compress(text.encode(), 9)),
        ("compressed", lambda text: zlib.compress(text.encode(), 1)),
        ("compressed", lambda text: gzip.compress(text.encode())),
        ("compressed", lambda text: zipped(text)),
    ],
)
def test_a_canary_is_found_in_each_encoding_wherever_it_begins(canaries, encoding, encode):
    for before in range(7):
        text = "-" * before + canaries(3) + " and so on"
        assert encoding in found_in(b"\0junk" + encode(text) + b"\0junk"), (encoding, before)


def test_a_canary_is_found_in_base64_at_each_of_three_offsets(canaries):
    for before in range(3):
        data = base64.b64encode(("-" * before + canaries(2)).encode())
        assert f"base64, {before} over" in found_in(data)


def zipped(text):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a name/within.xml", text)
    return file.getvalue()


# Prices are digits, so they have words of their own: a price for one unit, and totals made of it.
PRICES = ("918273.6451", "36730945.80", "715243.09")


def spelt_as_prices():
    return {
        spelling
        for price in PRICES
        for text in (price, f"{float(price):,.4f}".rstrip("0"), f"{float(price):,.2f}")
        for spelling in spelt(text).values()
    }


@pytest.fixture
def priced(lead, at, client_for, app, monkeypatch, tmp_path, caplog):
    """Let a company enter prices in every way: saved, typed, wrong, in a workbook, handed in."""
    caplog.set_level(logging.DEBUG)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    at(CLOSES_AT - timedelta(days=20))
    officer = make_person(Role.OFFICER)
    tender = make_tender(officer, closes_at=CLOSES_AT)
    pricing.design(tender, by=viewer_of(officer))
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=frozen_libraries(tender))
    at(CLOSES_AT - timedelta(hours=1))
    bid = service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    client, page = client_for(lead), f"/bids/{bid.token}/prices"
    amounts = {"price_1": PRICES[0], "price_2": PRICES[2], "price_3": "0"}
    book = client.get(f"{page}.xlsx")
    sent = [
        client.post(page, data=amounts | {"version": "0"}),
        client.post(page, data=amounts | {"version": "1", "price_4": "none"}),
        client.post(f"/bids/{bid.token}/typed/prices", data=amounts),
        client.get(f"{page}.xlsx"),
        client.post(
            f"{page}/workbook",
            data={"file": (io.BytesIO(book.data), "prices.xlsx")},
            content_type="multipart/form-data",
        ),
    ]
    assert [answer.status_code for answer in sent] == [302, 422, 200, 200, 200]
    declared = {"knows_missing": True, "declared_by": "Mara Voss"}
    service.submit_bid(bid, by=viewer_of(lead), arrived_at=clock.now(), **declared)
    at(CLOSES_AT + timedelta(minutes=3))
    hand_in_late(
        bid, by=viewer_of(lead), arrived_at=clock.now(), why="The line failed us", **declared
    )
    jobs.run_due_jobs(app.extensions["job_handlers"])
    db.session.commit()
    return [Path(app.instance_path), temporary]


@pytest.mark.sqlite
def test_no_price_stands_in_the_clear_in_any_file_log_or_column(priced, caplog, database):
    searched = [*everything_left_behind(priced, caplog), *every_column(database)]
    wanted = spelt_as_prices()

    assert [where for where, data in searched if any(one in data for one in wanted)] == []
    assert "price_offer.sealed" in {where for where, _ in searched}
