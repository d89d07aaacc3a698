"""Turn the plain content of a bank into questions, or say what to mend and where.

Used for the shipped YAML and for a questionnaire thawed from a tender: the same words, read the
same way, so that what was frozen means what it meant.
"""

from question_bank.rules.reading.library import read_bank, read_fact
from question_bank.rules.reading.plain import ContentError, needed, refuse_unknown_keys
from question_bank.rules.reading.questions import read_question

__all__ = [
    "ContentError",
    "needed",
    "read_bank",
    "read_fact",
    "read_question",
    "refuse_unknown_keys",
]
