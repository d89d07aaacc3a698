"""What the pages say of kinds, classes and severities: a name, and an example or a meaning."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.rules.questions import Kind, PartClass, Severity

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.COMMITMENT: (
        "A commitment",
        "“Do you commit to …?” The supplier selects Yes, Yes with an exception, or No, and "
        "writes the exception in a box.",
    ),
    Kind.CHOICE: ("One answer from a list", "Radio buttons: the supplier selects one of them."),
    Kind.CHOICES: (
        "Any answers from a list",
        "Checkboxes: the supplier selects all that are true.",
    ),
    Kind.SHORT_TEXT: ("A short text", "A box of one line, for a name or a reference."),
    Kind.NARRATIVE: (
        "A description",
        "A large box with a word limit. An evaluator reads it; no rule does.",
    ),
    Kind.NUMBER: ("A number", "A small box with its unit, such as 24 [months]."),
    Kind.MONEY: ("An amount of money", "A small box with a pound sign."),
    Kind.DURATION: ("A length of time", "Two boxes: hours and minutes."),
    Kind.DATE: ("A date", "Three boxes: day, month and year."),
    Kind.URL: ("A web address", "A box for an address that starts with https://."),
    Kind.COUNTRY: ("A country", "A list of countries to select from."),
    Kind.CERTIFICATE: (
        "A certificate",
        "A small form: standard, issuer, number, scope, date of expiry and so on.",
    ),
    Kind.RECORD: ("One record", "A small form with the columns of one of the bank’s tables."),
    Kind.TABLE: (
        "A table",
        "As many rows as the supplier needs, each with the columns of one of the bank’s tables.",
    ),
    Kind.FILE: ("A file", "A button that uploads a document."),
}
CLASSES: Mapping[PartClass, tuple[str, str]] = {
    PartClass.SCORED: ("Marked", "Evidence for the mark of the question."),
    PartClass.REQUIREMENT: ("Pass or fail", "The contract cannot do without it."),
    PartClass.PARTICIPATION: (
        "Condition of taking part",
        "About the company rather than the bid. Not for tenders below the threshold.",
    ),
    PartClass.INFORMATION: ("For information", "Not marked."),
}
SEVERITIES: Mapping[Severity, tuple[str, str]] = {
    Severity.KNOCK_OUT: ("Knock-out", "Proposes that the bid fails. An officer decides."),
    Severity.RED: ("Red", "A serious risk to the contract."),
    Severity.AMBER: ("Amber", "A risk that contract terms can deal with."),
    Severity.INFO: ("For information", "Worth knowing; proposes no risk."),
}
