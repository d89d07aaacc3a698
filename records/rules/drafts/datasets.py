"""Dataset metadata in the manner of DCAT, drafted from a winner's datasets and API endpoints."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from records.rules.notice_forms import harmless

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
CSV_COLUMNS = (
    "identifier",
    "title",
    "description",
    "publisher",
    "contact",
    "keyword",
    "access",
    "licence",
    "frequency",
    "personal_data",
    "stored_in",
    "retention",
    "api",
    "documentation",
    "assessment",
)
# Field of the draft → the answer it comes from, as the page says.
SOURCES: Mapping[str, str] = {
    "title": "SLP-13, list of datasets: name",
    "description": "SLP-13, list of datasets: why it is stored, what it holds",
    "frequency": "SLP-13, list of datasets: how much and how often",
    "access": "SLP-13, list of datasets: can be published openly",
    "api": "SLP-11, list of endpoints",
    "publisher, contact": "the tender, and what the public is told",
    "assessment": "assessments of this tender",
}
Row = Mapping[str, Any]


def dataset_rows(
    datasets: Iterable[Row], endpoints: Iterable[Row], about: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return a row a dataset; the same dataset stored in several countries is one.

    ``about``: publisher, contact, reference and assessment, which the tender knows.
    """
    listed: dict[str, dict[str, str]] = {}
    offered = list(endpoints)
    for row in datasets:
        name = str(row.get("name", "")).strip()
        if not name:
            continue
        known = listed.get(name)
        if known is not None:
            places = filter(None, (known["stored_in"], str(row.get("country", ""))))
            known["stored_in"] = ", ".join(dict.fromkeys(places))
            continue
        listed[name] = _dataset(name, row, offered, about, len(listed) + 1)
    return list(listed.values())


def _dataset(
    name: str, row: Row, endpoints: Iterable[Row], about: Mapping[str, str], number: int
) -> dict[str, str]:
    access = "open" if row.get("publishable") == "yes" else "closed"
    own = [one for one in endpoints if one.get("dataset") == name]
    said = {
        "identifier": f"{about['reference']}-{number}",
        "title": name,
        "description": _sentences(row.get("purpose"), row.get("fields")),
        "publisher": about["publisher"],
        "contact": about["contact"],
        "keyword": "smart city",
        "access": access,
        "licence": LICENCE if access == "open" else "",
        "frequency": row.get("volume"),
        "personal_data": row.get("personal"),
        "stored_in": row.get("country"),
        "retention": _retention(row),
        "api": "; ".join(filter(None, (str(one.get("endpoint", "")) for one in own))),
        "documentation": next((str(one["docs_url"]) for one in own if one.get("docs_url")), ""),
        "assessment": about["assessment"],
    }
    return {column: str(said[column] or "") for column in CSV_COLUMNS}


def _retention(row: Row) -> str:
    months = row.get("retention_months")
    return f"{months} months" if months not in (None, "") else str(row.get("retention") or "")


def _sentences(*texts: Any) -> str:
    return ". ".join(str(text).rstrip(".") for text in texts if text)


def as_dcat(rows: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """Return a catalogue in JSON-LD with DCAT's names; what is not known is left out."""
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
        },
        "@type": "dcat:Catalog",
        "dcat:dataset": [_entry(row) for row in rows],
    }


def _entry(row: Mapping[str, str]) -> dict[str, Any]:
    said = {
        "@type": "dcat:Dataset",
        "dct:identifier": row["identifier"],
        "dct:title": row["title"],
        "dct:description": row["description"],
        "dct:publisher": row["publisher"],
        "dcat:contactPoint": row["contact"],
        "dcat:keyword": [row["keyword"]],
        "dct:accessRights": row["access"],
        "dct:license": row["licence"],
        "dct:accrualPeriodicity": row["frequency"],
        "dct:relation": row["assessment"],
        "dcat:distribution": _distribution(row),
    }
    return {name: value for name, value in said.items() if value}


def _distribution(row: Mapping[str, str]) -> list[dict[str, Any]]:
    if not row["api"]:
        return []
    service = {"@type": "dcat:DataService", "dcat:endpointURL": row["api"]}
    if row["documentation"]:
        service["dcat:endpointDescription"] = row["documentation"]
    return [{"@type": "dcat:Distribution", "dcat:accessService": service}]


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: harmless(row[name]) for name in CSV_COLUMNS} for row in rows)
    return file.getvalue()
