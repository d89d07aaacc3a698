"""What the words of the scored workbook and of the register mean, for their last sheets."""

from __future__ import annotations

SCORE_WORDS = (
    ("Suggested level", "The lowest ceiling of the outcomes that hold for the structured answers."),
    (
        "At most",
        "A narrative or a file is unread: whoever reads it may lower the level, never the rule.",
    ),
    (
        "Points",
        "Share of quality × mark ÷ 5, rounded half up to 2 places here. Sections and quality are "
        "reckoned from the exact points, so the points of a column may add up to a little more or "
        "less.",
    ),
    (
        "Section",
        "Σ weight × mark ÷ 5 of its questions, from 0 to 100, shown to 2 places.",
    ),
    (
        "Quality",
        "Σ section × section weight, from 0 to 100; exact throughout and rounded once, half up, "
        "to 2 places.",
    ),
    ("Rank", "By quality as published. Equal totals share a rank: 2= and 2= are followed by 4."),
    ("Proposed to fail", "A rule finds a requirement not met. An officer decides, with a reason."),
)

RISK_WORDS = (
    ("Inherent", "Before the terms planned for the contract."),
    ("Residual", "After controls that are in place or that the contract makes binding."),
    ("Target", "Where the risk should stand by the due date."),
    (
        "Known risk",
        "Yes only for a risk that the tender named before publication (Procurement Regulations "
        "2024, regulation 18); a risk that a bid raises is none.",
    ),
    (
        "Appetite",
        "A score of what is left above the appetite for its category needs somebody to accept it "
        "by name, until a day.",
    ),
    (
        "Status",
        "Proposed until somebody decides; accepted, dropped, or merged into another risk; treated "
        "once all that was to be done is done; closed once nothing is left to watch.",
    ),
    (
        "Score",
        "Likelihood × impact. It sorts risks and no more: the words of the scales decide.",
    ),
    (
        "Several causes",
        "Several flags that rest on different answers raise the likelihood of their risk by one in "
        "all, to at most 5. They never make a second row.",
    ),
    ("Rule", "The permanent id of the outcome, requirement or check, in the question bank named."),
)
