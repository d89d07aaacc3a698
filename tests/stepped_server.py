"""The service on a machine whose clock is stepped by libfaketime while it runs.

What a machine counts since it was started is left true, as it is where a clock is set. That
library cannot let a thread sleep then, so threads wait for what never happens instead.
"""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from foundation import serve

FOLDERS = ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime")


def library() -> Path | None:
    """Return libfaketime for programs with threads; None where it is not installed."""
    found = [Path(folder) / "libfaketimeMT.so.1" for folder in FOLDERS]
    return next((path for path in found if path.exists() and shutil.which("faketime")), None)


class MachineClock:
    """The clock of the machine a server believes to be on."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "clock-of-the-machine"
        self.set(0)

    def set(self, seconds: int) -> None:
        """Put it so many seconds beside the true time."""
        draft = self._path.with_suffix(".draft")
        draft.write_text(f"{seconds:+d}\n")
        draft.replace(self._path)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Gunicorn tells by the times of a file whether its worker lives.
            "NO_FAKE_STAT": "1",
        }


if __name__ == "__main__":
    time.sleep = lambda seconds: threading.Event().wait(seconds) and None
    serve.main()
