import os
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.serve import SHOWN_FIRST, Server, announce, warm
from foundation.settings import read_settings

ROOT = Path(__file__).parents[3]


def test_one_process_with_many_threads_and_nothing_else_listening(tmp_path):
    configuration = Server(read_settings({}, instance_folder=tmp_path, port=8001)).cfg

    assert configuration.address == [("127.0.0.1", 8001)]
    assert (configuration.workers, configuration.threads) == (1, 64)
    assert configuration.worker_class_str == "foundation.watched_worker.WatchedWorker"
    assert configuration.control_socket_disable is True


@pytest.mark.parametrize("demonstration", [True, False])
def test_sign_ins_are_printed_in_the_demonstration_alone(app, tmp_path, capsys, demonstration):
    app.extensions["demonstration_sign_ins"] = ["officer@hollowmere.example"]

    announce(app, read_settings({}, instance_folder=tmp_path, demonstration=demonstration))

    printed = capsys.readouterr().out
    assert "http://127.0.0.1:8000/" in printed
    assert ("officer@hollowmere.example" in printed) is demonstration


@pytest.mark.parametrize(
    "command", [["-m", "foundation.serve"], ["-m", "flask", "audit", "verify"]]
)
def test_a_wrong_setting_stops_the_start_without_a_traceback(tmp_path, command):
    environ = os.environ | {"ASSURANCE_PORT": "x", "ASSURANCE_INSTANCE_FOLDER": str(tmp_path)}

    stopped = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True
    )

    assert stopped.returncode == 1
    assert "ASSURANCE_PORT is 'x': write a whole number from 1 to 65535" in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_the_first_page_is_ready_before_anybody_asks_for_it(app):
    app.jinja_env.cache.clear()

    warm(app)

    assert "accounts/sign_in.html" in {name for _, name in app.jinja_env.cache}


def test_a_first_page_that_cannot_be_shown_does_not_stop_the_start(app, caplog, monkeypatch):
    monkeypatch.setitem(app.extensions, SHOWN_FIRST, "/no-such-page")

    warm(app)

    assert caplog.messages == ["The first page cannot be shown"]


# Takes memory in four threads at once; prints how many heaps the C library has then.
HEAPS = """
import ctypes, sys, threading
from foundation.serve import share_one_heap
library = ctypes.CDLL(None)
library.malloc.restype = library.fopen.restype = ctypes.c_void_p
if sys.argv[1] == "shared":
    assert share_one_heap()
together = threading.Barrier(5)
def take():
    library.malloc(1000)
    together.wait()
for _ in range(4):
    threading.Thread(target=take).start()
together.wait()
told = ctypes.c_void_p(library.fopen(sys.argv[2].encode(), b"w"))
library.malloc_info(0, told)
library.fclose(told)
print(open(sys.argv[2]).read().count("<heap nr"))
"""


def test_threads_share_one_heap(tmp_path):
    counted = [
        int(
            subprocess.run(
                [sys.executable, "-c", HEAPS, how, str(tmp_path / how)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for how in ("each its own", "shared")
    ]

    assert counted[0] > 1
    assert counted[1] == 1
