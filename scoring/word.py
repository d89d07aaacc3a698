"""An assessment summary as a Word document, for the bidder it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from supplier_portal.wordml import PAGE_WIDTH, document, facts_table, paragraph, table

Summary = Mapping[str, Any]
QUESTION, MARK, POINTS = 6000, 1000, 2000


def summary_document(summary: Summary) -> bytes:
    """Return the summary as .docx: result, scores, and what each mark means and why."""
    title = f"Assessment summary: {summary['tender']['title']}"
    return document(title, _content(title, summary))


def _content(title: str, summary: Summary) -> Iterator[str]:
    tender, supplier = summary["tender"], summary["supplier"]
    yield paragraph(title, "Title")
    yield facts_table(
        [
            ("Authority", tender["authority"]),
            ("Tender", f"{tender['reference']}, {tender['title']}"),
            ("Bidder", supplier["legal_name"]),
            ("Company number", supplier["company_number"] or "None"),
            ("Result", "Successful" if summary["successful"] else "Not successful"),
            ("Quality of 100", summary["quality"] or "Nothing is scored"),
            ("Questions, weights and rules", f"Fingerprint {tender['questionnaire']}"),
        ]
    )
    yield paragraph(price_in_words(tender["quality_weight"]))
    if summary["why"]:
        yield paragraph("Why the bid was not successful", "Heading1")
        yield paragraph(summary["why"])
    for failed in summary["failed"]:
        yield paragraph(f"{failed['question']} was failed: {failed['reason']}")
    yield paragraph("Your bid", "Heading1")
    yield from _scores(summary)
    for winner in summary["successful_bids"]:
        yield paragraph(f"The successful bid: {winner['legal_name']}", "Heading1")
        if winner["company_number"]:
            yield paragraph(f"Company number {winner['company_number']}")
        yield paragraph(f"Quality of 100: {winner['quality'] or 'nothing is scored'}")
        yield from _scores(winner)
    yield paragraph("The scale", "Heading1")
    yield facts_table([(str(entry["mark"]), entry["label"]) for entry in summary["scale"]])


def _scores(scores: Summary) -> Iterator[str]:
    for section in scores["sections"]:
        total = f": {section['score']} of 100" if section["score"] is not None else ""
        weight = f"{section['weight']}% of quality"
        yield paragraph(f"{section['title']}, {weight}{total}", "Heading2")
        rows = [["Question", "Mark", "Points of quality"]]
        rows += [
            [f"{entry['id']} {entry['title']}", mark_in_words(entry), points_in_words(entry)]
            for entry in section["questions"]
        ]
        yield table(rows, [QUESTION, MARK, PAGE_WIDTH - QUESTION - MARK], header=True)
        yield paragraph("")
        for entry in section["questions"]:
            yield paragraph(f"{entry['id']} {entry['title']}", "Heading3")
            yield paragraph(f"Mark {mark_in_words(entry)}. {entry['means']}")
            if entry["withheld"]:
                yield paragraph(f"The explanation is left out: {entry['withheld']}", italic=True)
            elif entry["feedback"]:
                yield paragraph(entry["feedback"])


def mark_in_words(entry: Summary) -> str:
    return "None" if entry["mark"] is None else str(entry["mark"])


def points_in_words(entry: Summary) -> str:
    """Return "7.5 of 10"; for what does not count, how it is assessed."""
    if entry["share"] in (None, "0"):
        return str(entry["assessed"]).capitalize()
    return f"{entry['points']} of {entry['share']}"


def price_in_words(quality_weight: int) -> str:
    """Return what the summary covers; price is assessed outside this service so far."""
    if quality_weight == 100:
        return "Quality alone decides."
    return (
        f"This summary is about quality, which counts {quality_weight}%. Price counts "
        f"{100 - quality_weight}%; the council tells you what it came to in its letter."
    )
