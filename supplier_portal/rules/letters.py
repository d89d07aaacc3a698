"""What is written to the people of a bid: what happened and where to look, no word of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supplier_portal.rules.closing import joined
from supplier_portal.rules.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is about; ``address`` is where to look, ``closing`` the closing time.

    ``lot`` says which lot of what it is; empty for a tender that is none.
    """

    title: str
    reference: str
    authority: str
    address: str
    closing: str = ""
    lot: str = ""


def receipt_letter(about: About, receipt: Receipt, arrived: str, *, by_the_clock: bool) -> Letter:
    """Return the receipt as a letter: everything but the salt, which stays on the page.

    Files are named by their hashes alone: a file's name may say what is in it.
    """
    if by_the_clock:
        subject = f"Receipt: your bid for {about.reference} was handed in at the closing time"
        what = (
            "As your company asked, the last complete saved version of its bid was handed in at "
            "the closing time. Its moment of arrival is that of the last change."
        )
    else:
        subject = f"Receipt: your bid for {about.reference}, version {receipt.number}"
        what = "Your company's bid is submitted."
        if receipt.number > 1:
            what += f" This version replaces version {receipt.number - 1}."
    files = [f"  {file.sha256}" for file in receipt.files] or ["  none"]
    return _letter(
        subject,
        [
            what,
            *_tender(about),
            f"Version: {receipt.number}",
            f"Arrived: {arrived}",
            f"Exactly: {receipt.arrived_at} (UTC)",
            "",
            f"Content hash: {receipt.content_hash}",
            f"Commitment: {receipt.commitment}",
            f"Entry in the record of this bid: {receipt.audit_entry}",
            "Files attached, by their SHA-256:",
            *files,
            "",
            "The receipt, the bid as submitted and the program that checks them are here. Download "
            "and keep them:",
            about.address,
        ],
    )


def late_receipt_letter(about: About, receipt: Receipt, arrived: str, late: str) -> Letter:
    """Return the receipt of a late bid as a letter; ``late`` says by how much it is."""
    return _letter(
        f"Receipt: your bid for {about.reference} was handed in LATE, version {receipt.number}",
        [
            f"Your company's bid was handed in LATE: {late}. It is kept sealed and unread. After "
            "the opening the council decides under its published rule whether to admit it. What "
            "your company submitted in time, if anything, stands untouched until then.",
            *_tender(about),
            f"Closed: {about.closing}",
            f"Version: {receipt.number}",
            f"Arrived: {arrived}",
            f"Exactly: {receipt.arrived_at} (UTC)",
            "",
            f"Content hash: {receipt.content_hash}",
            f"Commitment: {receipt.commitment}",
            f"Entry in the record of this bid: {receipt.audit_entry}",
            "",
            "The receipt and the bid as handed in are here. Download and keep them:",
            about.address,
        ],
    )


def withdrawn_letter(about: About, arrived: str, exactly: str, entry: str) -> Letter:
    return _letter(
        f"Your bid for {about.reference} is withdrawn",
        [
            "Your company's bid was withdrawn. The council will not be able to read it.",
            *_tender(about),
            f"Withdrawn: {arrived}",
            f"Exactly: {exactly} (UTC)",
            f"Entry in the record of this bid: {entry}",
            "",
            f"Until {about.closing} it can be submitted again:",
            about.address,
        ],
    )


def not_handed_in_letter(about: About, reasons: Sequence[str], standing: int | None) -> Letter:
    """Return why the clock did not hand in a bid; ``standing`` is the version that counts."""
    stands = (
        "No version of it was submitted before, so no bid of your company takes part."
        if standing is None
        else f"Version {standing}, submitted before, stands."
    )
    return _letter(
        f"Your bid for {about.reference} was not handed in at the closing time",
        [
            "Your company asked that the last complete saved version of its bid be handed in at "
            f"the closing time. It was not, because {joined(list(reasons))}. {stands}",
            *_tender(about),
            f"Closed: {about.closing}",
            "",
            about.address,
        ],
    )


def opened_letter(
    about: About, opened: str, *, in_time: tuple[int, str] | None, late: tuple[int, str] | None
) -> Letter:
    """Return that the bids were opened; number and commitment of what came in time, or late.

    It says nothing of whoever else bid, nor whether anybody did.
    """
    lines = [f"The bids were opened on {opened}, by two officers of the council together."]
    if in_time:
        lines += ["", f"Your company's bid, version {in_time[0]}, was opened. Its commitment:"]
        lines += [in_time[1]]
    if late:
        lines += [
            "",
            f"Your company's late bid, version {late[0]}, was not opened. It stays sealed and "
            "unread unless the council admits it, and you are told what it decides and why. Its "
            "commitment, in the list of those that came late:",
            late[1],
        ]
    return _letter(
        f"The bids for {about.reference} were opened",
        [
            *lines,
            *_tender(about),
            "",
            "Everybody who bid can read the list of the commitments of all bids, which names no "
            "company. See that yours is in it, download it and keep it with your receipt:",
            about.address,
        ],
    )


def reminder_letter(about: About, state: str, left: str) -> Letter:
    return _letter(
        f"{about.reference} closes {left}",
        [
            f"This tender closes on {about.closing}, {left}.",
            *_tender(about),
            f"Your company's bid: {state}.",
            "",
            about.address,
        ],
    )


def _tender(about: About) -> list[str]:
    lot = f". {about.lot}" if about.lot else ""
    return ["", f"Tender: {about.title}, {about.reference}{lot}", f"Authority: {about.authority}"]


def _letter(subject: str, lines: Sequence[str]) -> Letter:
    return Letter(subject, "\n".join(lines) + "\n")
