"""From a few answers about what is bought to a proposed questionnaire, with its reasons."""

from question_bank.rules.triage.proposing import LeftOut, Proposal, Reason, propose
from question_bank.rules.triage.reading import Triage, TriageQuestion, TriageRule, read_triage
from question_bank.rules.triage.weights import brought_to_hundred

__all__ = [
    "LeftOut",
    "Proposal",
    "Reason",
    "Triage",
    "TriageQuestion",
    "TriageRule",
    "brought_to_hundred",
    "propose",
    "read_triage",
]
