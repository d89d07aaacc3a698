"""The elements of a data chain (DTPR) that a winner's tables speak for, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Rows = Iterable[Mapping[str, Any]]
SWITCHED_OFF = frozenset({"disabled-in-firmware", "disabled-by-setting"})
CAMERA = ("camera", "video", "lidar image", "optical")
AIR = ("air", "no2", "nitrogen", "pm2", "pm10", "particle", "particulate", "gas", "ozone")


@dataclass(frozen=True, slots=True)
class Element:
    """An element by its id in the standard, and which answer speaks for it."""

    id: str
    because: str


def proposed_elements(
    sensors: Rows, datasets: Rows, flows: Rows, third_parties: Rows
) -> list[Element]:
    """Return each element once, with the first reason for it.

    ``sensors`` are rows of T9, ``datasets`` of T1, ``flows`` of T8, ``third_parties`` of T10, none
    of them confidential. A cell that is missing speaks for nothing.
    """
    found: dict[str, str] = {}
    for element in (
        *_of_sensors(sensors),
        *_of_datasets(list(datasets)),
        *_of_flows(list(flows)),
        *_of_third_parties(third_parties),
    ):
        found.setdefault(element.id, element.because)
    return [Element(name, because) for name, because in found.items()]


def _of_sensors(rows: Rows) -> Iterator[Element]:
    for row in rows:
        named, senses = str(row.get("model", "a sensor")), str(row.get("modality", "")).casefold()
        where = f"{named} (list of sensors)"
        if any(word in senses for word in CAMERA) and row.get("faces"):
            yield Element(_video(str(row["faces"])), f"{where}: faces, {row['faces']}")
        if row.get("identifiers") == "active":
            yield Element("identifiable_wifi_sensor", f"{where} captures identifiers of devices")
        if "loop" in senses:
            yield Element("induction_loop", f"{where} senses with: {senses}")
        if any(word in senses.replace(",", " ").split() for word in AIR) or "air quality" in senses:
            yield Element("air_quality", f"{where} senses with: {senses}")


def _video(faces: str) -> str:
    if faces == "active":
        return "identifiable_video"
    return "de_identified_video" if faces in SWITCHED_OFF else "non_identifiable_video"


def _of_datasets(rows: list[Mapping[str, Any]]) -> Iterator[Element]:
    for row in rows:
        where = f"{row.get('name', 'a dataset')} (list of datasets)"
        if row.get("personal") == "pseudonymised":
            yield Element("de_identified", f"{where} is pseudonymised")
        if row.get("third_party_use") == "yes":
            yield Element("available_to_3rd_parties", f"{where} is used by another organisation")
        if row.get("provider"):
            yield Element("stored_on_3rd_party_cloud", f"{where} is stored by {row['provider']}")
    if rows and all(row.get("encrypted") == "yes" for row in rows):
        yield Element("encrypted_at_rest", "Every dataset is encrypted where it is stored")
    if rows and all(str(row.get("retention_months", "")) == "0" for row in rows):
        yield Element("no_data_retained", "Every dataset is kept for less than a month")


def _of_flows(rows: list[Mapping[str, Any]]) -> Iterator[Element]:
    if rows and all(row.get("encrypted") == "yes" for row in rows):
        yield Element("transport_layer_security", "Every step of the data flow is encrypted")


def _of_third_parties(rows: Rows) -> Iterator[Element]:
    for row in rows:
        if row.get("payment") == "yes":
            yield Element(
                "available_for_resale", f"{row.get('third_party', 'Somebody')} pays for data"
            )
