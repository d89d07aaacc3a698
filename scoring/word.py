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
    yield from _letter(summary)
    yield facts_table(
        [
            ("Authority", tender["authority"]),
            ("Tender", f"{tender['reference']}, {tender['title']}"),
            *_about(supplier, "Bidder"),
            ("Result", "Successful" if summary["successful"] else "Not successful"),
            *_totals(summary, summary),
            ("Questions, weights and rules", _full_version(tender)),
            ("Their fingerprint", tender["questionnaire"]),
        ]
    )
    yield paragraph(price_in_words(summary))
    if summary["why"]:
        yield paragraph("Why the bid was not successful", "Heading1")
        yield paragraph(summary["why"])
    for failed in summary["failed"]:
        yield paragraph(f"{failed['question']} was failed: {failed['reason']}")
    yield paragraph("Your bid", "Heading1")
    yield from _scores(summary)
    for winner in summary["successful_bids"]:
        yield paragraph(f"The successful bid: {winner['legal_name']}", "Heading1")
        yield facts_table([*_about(winner, "Bidder"), *_totals(winner, summary)])
        yield from _scores(winner)
    yield paragraph("How bids are assessed", "Heading1")
    for sentence in summary.get("method", ()):
        yield paragraph(sentence)
    yield facts_table([(str(entry["mark"]), entry["label"]) for entry in summary["scale"]])


def _letter(summary: Summary) -> Iterator[str]:
    for words in summary.get("letter", {}).get("opening", "").split("\n\n"):
        if words:
            yield paragraph(words)


def _about(supplier: Summary, label: str) -> Iterator[tuple[str, str]]:
    yield label, supplier["legal_name"]
    yield "Company number", supplier["company_number"] or "None"
    for name, field in (("Unique identifier", "identifier"), ("Contact addresses", "address")):
        if supplier.get(field):
            yield name, supplier[field]


def _totals(scores: Summary, summary: Summary) -> Iterator[tuple[str, str]]:
    yield "Quality of 100", scores["quality"] or "Nothing is scored"
    if scores.get("price_points") is not None:
        yield "Points for price of 100", scores["price_points"]
    if scores.get("total") is not None:
        yield summary["total_is"], scores["total"]
    if scores.get("rank"):
        yield "Rank", scores["rank"]


def _full_version(tender: Summary) -> str:
    return tender.get("full_version") or f"Fingerprint {tender['questionnaire']}"


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
            if entry["feedback"]:
                yield paragraph(entry["feedback"])
            if entry.get("why_not_higher"):
                yield paragraph(f"Why not higher: {entry['why_not_higher']}")
            if entry["withheld"]:
                yield paragraph(entry["withheld"], italic=True)


def mark_in_words(entry: Summary) -> str:
    return "None" if entry["mark"] is None else str(entry["mark"])


def points_in_words(entry: Summary) -> str:
    """Return "7.50 of 10.00"; for what does not count, how it is assessed, and if it passed."""
    if entry["share"] in (None, "0", "0.00"):
        decided = f": {entry['decision']}" if entry.get("decision") else ""
        return f"{str(entry['assessed']).capitalize()}{decided}"
    return f"{entry['points']} of {entry['share']}"


def price_in_words(summary: Summary) -> str:
    """Return what the totals cover: what is assessed outside this service is told elsewhere."""
    quality_weight = summary["tender"]["quality_weight"]
    if quality_weight == 100:
        return "Quality alone decides."
    if summary.get("total_is"):
        return f"Quality counts {quality_weight}% and price {100 - quality_weight}%."
    return (
        f"This summary is about quality, which counts {quality_weight}%. Price counts "
        f"{100 - quality_weight}%; the council tells you what it came to in its letter."
    )
