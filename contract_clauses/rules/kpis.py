"""Key performance indicators: what is measured, and the five ratings of section 71."""

from __future__ import annotations

from enum import StrEnum


class Rating(StrEnum):
    """The ratings of the contract performance notice (Procurement Regulations 2024)."""

    GOOD = "Good"
    APPROACHING = "Approaching target"
    IMPROVE = "Requires improvement"
    INADEQUATE = "Inadequate"
    OTHER = "Other"
