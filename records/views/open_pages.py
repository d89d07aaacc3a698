"""What everybody may read of tenders, without signing in: pages, registers, open data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import public
from accounts.models import Organisation
from foundation import clock, mail
from foundation.canonical import sha256_hex
from foundation.headers import is_for_everyone
from records import shown
from records.compiled import compiled_release
from records.queries import public as open_queries
from records.queries.public import PublicTender
from records.queries.releases import releases_in, stored_releases
from records.rules.ocds import open_json, record_package, release_package
from records.rules.register import REGISTER_COLUMNS, day, register_rows
from records.views.blueprint import pages


@pages.get("/open")
@public
def open_index() -> ResponseReturnValue:
    return render_template("records/open_index.html", authorities=open_queries.public_authorities())


@pages.get("/open/authorities/<token:authority>")
@public
def open_authority(authority: str) -> ResponseReturnValue:
    found = open_queries.public_authority(authority)
    moment = clock.now()
    return render_template(
        "records/open_authority.html",
        authority=found,
        tenders=[shown.line_of(one, moment) for one in open_queries.public_tenders(found)],
    )


@pages.get("/open/authorities/<token:authority>/assessments")
@public
def open_assessments(authority: str) -> ResponseReturnValue:
    found, rows = _register(authority)
    days = {written: day(written) for row in rows for written in (row["date"], row["review"])}
    return render_template("records/open_assessments.html", authority=found, rows=rows, days=days)


@pages.get("/open/authorities/<token:authority>/assessments.json")
@public
def open_assessments_json(authority: str) -> ResponseReturnValue:
    found, rows = _register(authority)
    return _open_data({"authority": found.name, "assessments": rows})


@pages.get("/open/authorities/<token:authority>/assessments.csv")
@public
def open_assessments_csv(authority: str) -> ResponseReturnValue:
    _, rows = _register(authority)
    return _open_csv(list(REGISTER_COLUMNS), rows)


def _register(token: str) -> tuple[Organisation, list[dict[str, str]]]:
    found = open_queries.public_authority(token)
    listed = open_queries.register_of(open_queries.public_tenders(found))
    rows = register_rows(
        (one.tender.reference, one.tender.title, _address(one), entry) for one, entry in listed
    )
    return found, rows


def _address(one: PublicTender) -> str:
    return mail.link("records.open_tender", tender=one.tender.token)


@pages.get("/open/<token:tender>")
@public
def open_tender(tender: str) -> ResponseReturnValue:
    found = open_queries.public_tender(tender)
    return render_template("records/open_tender.html", **shown.public_page(found, clock.now()))


@pages.get("/open/<token:tender>/release-package.json")
@public
def open_releases(tender: str) -> ResponseReturnValue:
    """Every release about the tender, each as it was written."""
    found = open_queries.public_tender(tender).tender
    releases = _releases(found)
    address = mail.link("records.open_releases", tender=tender)
    return _open_data(release_package(address, found.authority.name, releases))


@pages.get("/open/<token:tender>/record-package.json")
@public
def open_record(tender: str) -> ResponseReturnValue:
    """What the releases come to together, merged by the rules of the standard."""
    found = open_queries.public_tender(tender).tender
    releases = _releases(found)
    address = mail.link("records.open_record", tender=tender)
    package = mail.link("records.open_releases", tender=tender)
    made = record_package(
        address, found.authority.name, releases, compiled_release(releases), package
    )
    return _open_data(made)


def _releases(tender: Any) -> list[dict[str, Any]]:
    """Return what was written. Raises NoResultFound in the seconds before the first release."""
    releases = releases_in(stored_releases(tender))
    if not releases:
        raise NoResultFound
    return releases


def _open_data(value: Mapping[str, Any]) -> Response:
    return _for_everyone(open_json(value) + "\n", "application/json")


def _open_csv(columns: list[str], rows: Iterable[Mapping[str, str]]) -> Response:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _harmless(row[name]) for name in columns} for row in rows)
    return _for_everyone(file.getvalue(), "text/csv")


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _for_everyone(text: str, kind: str) -> Response:
    response = Response(text, mimetype=kind)
    response.set_etag(sha256_hex(text))
    is_for_everyone()
    response.make_conditional(request)
    return response
