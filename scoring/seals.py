"""What is added to a bid after its opening, sealed under the bid's own key.

Whoever may read the bid may read it: its supplier by its copy of the key, the buying side by the
tender's. When the key is destroyed, this goes with it.
"""

from __future__ import annotations

from foundation import keys

ASKED, ANSWERED, SUMMARY = "bid-question", "bid-question-answer", "assessment-summary"
LETTER = "outcome-letter"
PARTY, EXCLUSION = "exclusion-party", "exclusion-event"


def seal_text(kind: str, token: str, key: bytes, text: str) -> bytes:
    """Return ``text`` sealed for the one record called ``token``."""
    return keys.seal(text.encode(), key=key, context=f"{kind}:{token}")


def open_text(kind: str, token: str, key: bytes, sealed: bytes) -> str:
    return keys.open_sealed(sealed, key=key, context=f"{kind}:{token}").decode()
