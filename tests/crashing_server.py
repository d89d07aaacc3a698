"""The service, which kills itself at a point that has a name, when it is told to.

Nothing of it is exchanged: what is there is called, and before or after it the process is gone.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from foundation import audit, serve
from foundation.stores.folder import FolderDraft
from supplier_portal.service import letters

TOLD = "crash-at"
POINTS = (
    "a file is written and not synced",
    "a file is there and no row names it",
    "an entry is recorded in a change not committed",
    "the letter with the receipt is written in a change not committed",
    "a change is about to be committed",
    "a change is committed and nobody was told",
    "the answer is made and not sent",
)


def crash_at(folder: Path, point: str) -> None:
    """Tell the server in ``folder`` where to end."""
    draft = folder / f"{TOLD}.draft"
    draft.write_text(point)
    draft.replace(folder / TOLD)


def wait_for_crash(folder: Path, seconds: float = 60) -> bool:
    """Return whether it ended there, within so many seconds; else it is not to any more."""
    gives_up = time.monotonic() + seconds
    while (folder / TOLD).exists():
        if time.monotonic() > gives_up:
            (folder / TOLD).unlink(missing_ok=True)
            return False
        time.sleep(0.01)
    return True


def reached(point: str) -> None:
    told = Path(os.environ["ASSURANCE_INSTANCE_FOLDER"]) / TOLD
    if told.exists() and told.read_text() == point:
        # Once: whoever comes after goes on.
        told.unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)


def wrap(owner: Any, name: str, *, before: str = "", after: str = "") -> None:
    called: Callable[..., Any] = getattr(owner, name)

    def calling(*given: Any, **named: Any) -> Any:
        if before:
            reached(before)
        result = called(*given, **named)
        if after:
            reached(after)
        return result

    setattr(owner, name, calling)


def set_up() -> None:
    wrap(FolderDraft, "keep", before=POINTS[0], after=POINTS[1])
    wrap(audit, "_next_entries", after=POINTS[2])
    wrap(letters, "send_receipt", after=POINTS[3])
    event.listen(Session, "before_commit", lambda session: of_a_change(session, POINTS[4]))
    event.listen(Session, "after_commit", lambda session: of_a_change(session, POINTS[5]))
    dispatched = Flask.full_dispatch_request

    def dispatching(self: Flask, *given: Any) -> Any:
        answer = dispatched(self, *given)
        if request.method == "POST":
            reached(POINTS[6])
        return answer

    Flask.full_dispatch_request = dispatching  # type: ignore[method-assign]


def of_a_change(session: Session, point: str) -> None:
    if "transaction_doomed" in session.info:
        reached(point)


if __name__ == "__main__":
    set_up()
    serve.main()
