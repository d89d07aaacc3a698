"""A tender as the Open Contracting Data Standard 1.1 tells of it: releases, packages, record."""

from records.rules.ocds.packages import EXTENSIONS, record_package, release_package
from records.rules.ocds.releases import UNREGISTERED, Event, Tag, open_json, release
from records.rules.ocds.values import (
    Awarded,
    BidsCounted,
    Criterion,
    Noticed,
    Party,
    Plan,
    Winner,
)

__all__ = [
    "EXTENSIONS",
    "UNREGISTERED",
    "Awarded",
    "BidsCounted",
    "Criterion",
    "Event",
    "Noticed",
    "Party",
    "Plan",
    "Tag",
    "Winner",
    "open_json",
    "record_package",
    "release",
    "release_package",
]
