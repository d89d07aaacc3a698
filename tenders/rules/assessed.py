"""What the class of a question makes of what its answers lead to."""

from __future__ import annotations

from dataclasses import replace

from question_bank.rules.fired import Fired
from question_bank.rules.outcomes import Findings
from question_bank.rules.questions import PartClass, Severity
from tenders.rules.questionnaire import Questionnaire


def as_assessed(questionnaire: Questionnaire, found: Findings) -> Findings:
    """Return the findings as the questionnaire assesses its questions.

    A question for information proposes no failure: what would is worth knowing and no more. Its
    other flags stay, because a risk is one whatever the question counts for.
    """
    informing = {
        asked.id for asked in questionnaire.questions if asked.assessed_as is PartClass.INFORMATION
    }
    if not informing:
        return found
    fired = tuple(_informing(one) if one.question in informing else one for one in found.fired)
    return Findings(fired, found.not_checked)


def _informing(found: Fired) -> Fired:
    if found.flag is None or found.flag.severity is not Severity.KNOCK_OUT:
        return found
    return found._replace(flag=replace(found.flag, severity=Severity.INFO))
