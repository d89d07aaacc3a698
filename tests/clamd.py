"""ClamAV's daemon for one test run, knowing one signature: that of the harmless EICAR test file.

The test file is put together here from pieces: whole, it would make scanners remove this file.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = "".join(
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-", "FILE!$H+H*"]
).encode()
NAME = "Eicar-Test-Body.UNOFFICIAL"
CONFIGURATION = """
Foreground yes
LocalSocket {folder}/socket
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}/temporary
LogFile {folder}/log
StreamMaxLength {largest}
MaxFileSize 40M
MaxThreads 2
AlertEncrypted yes
AlertExceedsMax yes
"""


def program() -> str | None:
    """Return the daemon; None where ClamAV is not installed."""
    return shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


class Daemon:
    """A daemon that can be stopped, started again and kept from answering."""

    def __init__(self, folder: Path, largest: str) -> None:
        self.folder = folder
        self.address = str(folder / "socket")
        for name in ("signatures", "temporary"):
            (folder / name).mkdir()
        signature = f"Eicar-Test-Body:0:*:{EICAR.hex()}\n"
        (folder / "signatures" / "test.ndb").write_text(signature)
        self._configuration = folder / "clamd.conf"
        self._configuration.write_text(CONFIGURATION.format(folder=folder, largest=largest))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [program() or "clamd", f"--config-file={self._configuration}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            if Path(self.address).exists() and self._process.poll() is None:
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            Path(self.address).unlink(missing_ok=True)
            self._process = None

    def hang(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)


@contextmanager
def daemon(largest: str = "1M") -> Iterator[Daemon]:
    # The path of a socket may not be long, and the folder of a test is.
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    running = Daemon(folder, largest)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)
