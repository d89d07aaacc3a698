"""What writing and reading a register agree on: headings of columns, and what identifies a file."""

from __future__ import annotations

from foundation.canonical import sha256_hex
from scoring.rules.register_report import Upload

FORMAT = "supplier-assurance-register/1"
SHEET = "Register"
ACTIONS = "Actions"
# How the first sheet names what a program reads.
FORMAT_LABEL = "Format"
TENDER_LABEL = "Tender’s number in the service"
AUTHORITY_LABEL = "Authority’s number in the service"
KEPT_LABEL = "Kept in"
FINGERPRINT_LABEL = "Fingerprint"

# Columns officers may edit.
TREATMENT, OWNER, DUE, REVIEW, STATUS = (
    "Treatment",
    "Risk owner",
    "Due",
    "Review date",
    "Status",
)
RESIDUAL_LIKELIHOOD, RESIDUAL_IMPACT = "Residual likelihood", "Residual impact"
TARGET_LIKELIHOOD, TARGET_IMPACT = "Target likelihood", "Target impact"
REASON = "Reason for the change"
EDITED = (
    TREATMENT,
    DUE,
    RESIDUAL_LIKELIHOOD,
    RESIDUAL_IMPACT,
    TARGET_LIKELIHOOD,
    TARGET_IMPACT,
    OWNER,
    STATUS,
    REVIEW,
    REASON,
)
# What says which risk a row is, and from which decision it was made.
REFERENCE, NUMBER = "Reference", "Version"


def fingerprint_of(tender: str, authority: str, kept: str) -> str:
    """Return what ties a file to a tender, an authority and where the register is dealt with."""
    return sha256_hex("\n".join((FORMAT, tender, authority, kept)))


def facts_of(upload: Upload) -> list[tuple[str, str]]:
    """Return what the first sheet says for the program that reads the file again."""
    return [
        (FORMAT_LABEL, FORMAT),
        (TENDER_LABEL, upload.tender),
        (AUTHORITY_LABEL, upload.authority),
        (KEPT_LABEL, str(upload.kept)),
        (FINGERPRINT_LABEL, fingerprint_of(upload.tender, upload.authority, upload.kept)),
    ]
