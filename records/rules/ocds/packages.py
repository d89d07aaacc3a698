"""Packages of releases and of the record, with who publishes them and under which licence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_AT = "https://raw.githubusercontent.com/open-contracting-extensions/{}/master/extension.json"
EXTENSIONS = (
    *(
        _AT.format(name)
        for name in (
            "ocds_lots_extension",
            "ocds_awardCriteriaBreakdown_extension",
            "ocds_selectionCriteria_extension",
            "ocds_bid_extension",
            "ocds_partyDetails_scale_extension",
            "ocds_suitability_extension",
        )
    ),
    "https://raw.githubusercontent.com/cabinetoffice/ocds_uk_extension/master/extension.json",
)
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
VERSION = "1.1"


def _about(address: str, publisher: str, releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "uri": address,
        "version": VERSION,
        "extensions": list(EXTENSIONS),
        "publisher": {"name": publisher},
        "license": LICENCE,
        "publishedDate": max(str(one["date"]) for one in releases),
    }


def in_order(releases: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(releases, key=lambda one: str(one["date"]))


def release_package(
    address: str, publisher: str, releases: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {**_about(address, publisher, releases), "releases": in_order(releases)}


def record_package(
    address: str,
    publisher: str,
    releases: Sequence[Mapping[str, Any]],
    compiled: Mapping[str, Any],
    package: str,
) -> dict[str, Any]:
    """Return the record: every release, and what they come to together."""
    return {
        **_about(address, publisher, releases),
        "packages": [package],
        "records": [
            {
                "ocid": str(compiled["ocid"]),
                "releases": in_order(releases),
                "compiledRelease": compiled,
            }
        ],
    }
