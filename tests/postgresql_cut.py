"""Stands between the service and PostgreSQL, and cuts the line after so many bytes."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
from pathlib import Path

NOW = struct.pack("ii", 1, 0)
PORT = 5432


class Between:
    """A socket of PostgreSQL's kind in a folder of its own; what comes in goes to the real one.

    Once ``cut_after`` is told a number, that many bytes more are passed on, both ways together,
    and then every line is cut at once, with nothing said to either side.
    """

    def __init__(self, folder: Path, real: Path) -> None:
        self._real = real / f".s.PGSQL.{PORT}"
        self._guard = threading.Lock()
        self._left: int | None = None
        self._lines: set[socket.socket] = set()
        self.passed = 0
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / f".s.PGSQL.{PORT}"))
        self._listening.listen(200)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, size: int) -> None:
        with self._guard:
            self.passed, self._left = 0, size

    def whole(self) -> None:
        """Pass on everything again, and count it from nothing."""
        with self._guard:
            self.passed, self._left = 0, None

    @property
    def was_cut(self) -> bool:
        return self._left == 0

    def close(self) -> None:
        self._listening.close()
        self._cut()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(line,), daemon=True).start()

    def _carry(self, line: socket.socket) -> None:
        onward = socket.socket(socket.AF_UNIX)
        with line, onward, selectors.DefaultSelector() as looking:
            with self._guard:
                if self._left == 0:
                    return
                self._lines |= {line, onward}
            with contextlib.suppress(OSError):
                onward.connect(str(self._real))
                looking.register(line, selectors.EVENT_READ, onward)
                looking.register(onward, selectors.EVENT_READ, line)
                while self._pass_on(looking):
                    pass
            with self._guard:
                self._lines -= {line, onward}

    def _pass_on(self, looking: selectors.BaseSelector) -> bool:
        for key, _ in looking.select():
            data = key.fileobj.recv(65_536)  # type: ignore[union-attr]
            with self._guard:
                if self._left is not None:
                    data_now = data[: self._left]
                    self._left -= len(data_now)
                    is_over = self._left == 0
                else:
                    data_now, is_over = data, False
                self.passed += len(data_now)
            if data_now:
                key.data.sendall(data_now)
            if is_over:
                self._cut()
                return False
            if not data:
                return False
        return True

    def _cut(self) -> None:
        with self._guard:
            lines, self._lines = self._lines, set()
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
