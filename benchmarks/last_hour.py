"""The end of a tender: `python -m benchmarks.last_hour [--database postgresql] [--processes 4]`.

Organisations save drafts all through the last minutes, some send files, and all of them hand in
within the last minute; a few come too late. What each does, and when, is drawn from a seed before
it begins and does not wait for the server: an answer's time counts from the moment its page was
wanted. Afterwards everything acknowledged is read back, every receipt is verified, and a bid is in
time if and only if it arrived before the closing time. Loopback alone; it stops by itself.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import resource
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from benchmarks.harness import percentile
from benchmarks.last_hour_world import (
    Organisation,
    checked,
    close,
    databases,
    made,
    memory_of,
    used_by,
)
from foundation import clock
from tests.conftest import build_app
from tests.pages.supplier_portal.test_kills import FILE_PART, PART, PDF, QUESTION
from tests.served import Served, Visitor, hidden

SEED = 2026
# What is done in a minute of the end, by how long it takes: in the last of them all hand in.
LAST_SECONDS = 60.0
LATE_SECONDS = 10.0
AT_ONCE = 96
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Deed:
    """Something an organisation does, at ``at`` seconds from the beginning."""

    at: float
    what: str
    who: int


@dataclass
class Seen:
    """How long everything took, in seconds, by what was done; and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, seconds: float) -> None:
        with self.guard:
            self.took[what].append(seconds)


def plan(organisations: int, drafts: int, seconds: float) -> list[Deed]:
    """Return what is done until ``seconds`` and a little later, in order."""
    chosen = random.Random(SEED)  # noqa: S311  (draws a play, no secret)
    last = min(LAST_SECONDS, seconds / 2)
    deeds = [
        Deed(chosen.uniform(0, seconds - 2), "draft", chosen.randrange(organisations))
        for _ in range(drafts)
    ]
    deeds += [
        Deed(chosen.uniform(0, seconds - last), "file", who) for who in range(0, organisations, 10)
    ]
    # The nearer the end the more: as many in the last third as in the two before it.
    deeds += [
        Deed(seconds - last * (1 - chosen.random() ** 0.63) - 0.5, "submit", who)
        for who in range(organisations)
    ]
    deeds += [
        Deed(seconds + chosen.uniform(0.2, LATE_SECONDS), "late", who)
        for who in range(0, organisations, 25)
    ]
    deeds += [Deed(at, "list", chosen.randrange(organisations)) for at in range(int(seconds))]
    return sorted(deeds, key=lambda deed: deed.at)


def do(deed: Deed, one: Organisation, seen: Seen, wanted_at: float) -> None:
    """Do it, as a browser does: the page, then its form."""
    # Somebody does one thing after the other, however many are waiting.
    with one.guard:
        begun = max(wanted_at, time.monotonic()) if one.guard.locked() else wanted_at
        try:
            told = DEEDS[deed.what](one, deed)
        except (OSError, http.client.HTTPException) as error:
            told = f"no answer ({type(error).__name__})"
        seen.note(deed.what, time.monotonic() - begun)
    if told:
        with seen.guard:
            seen.wrong.append(f"{deed.what}: {told}")


def save(one: Organisation, deed: Deed) -> str:
    path = f"{one.url}/questions/{QUESTION}"
    status, _, page = one.visitor.get(path)
    if status != 200:
        return f"{status} for the page"
    words = f"What we would do first, in draft {deed.at:.3f}."
    version = {f"v-{PART}": hidden(page, f"v-{PART}")}
    status, _, _ = one.visitor.post(path, {**common(page), **version, PART: words})
    if status == 302:
        one.saved.append(words)
    return "" if status == 302 else f"{status} for the form"


def send(one: Organisation, deed: Deed) -> str:
    path = f"{one.url}/questions/{QUESTION}/{FILE_PART}/files"
    page = one.visitor.get(path)[2]
    name = f"plan-{deed.who}.pdf"
    large = PDF.replace(b"trailer", b"%" + os.urandom(MEGABYTE // 2).hex().encode() + b"\ntrailer")
    status, _, _ = one.visitor.upload(path, {**common(page), "title": name}, name, large)
    if status == 302:
        one.sent.append(name)
    return "" if status == 302 else f"{status} for the file"


def hand_in(one: Organisation, deed: Deed) -> str:
    status = _submitted(one)
    one.handed_in += status == 302
    return "" if status == 302 else f"{status} for the submission of {deed.at:.1f} s"


def come_late(one: Organisation, _deed: Deed) -> str:
    status = _submitted(one)
    one.refused += status not in (200, 302)
    return "taken after the closing time" if status == 302 else ""


def _submitted(one: Organisation) -> int:
    page = one.visitor.get(f"{one.url}/check")[2]
    fields = {
        **common(page),
        "form_key": hidden(page, "form_key"),
        "agreed": "yes",
        "knows_missing": "yes",
        "declared_by": "Mara Voss",
    }
    return one.visitor.post(f"{one.url}/check", fields)[0]


def look(one: Organisation, _deed: Deed) -> str:
    status = one.visitor.get(one.url)[0]
    return "" if status == 200 else f"{status} for the task list"


def common(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("csrf_token", "questionnaire")}


DEEDS = {"draft": save, "file": send, "submit": hand_in, "late": come_late, "list": look}


def play(deeds: list[Deed], people: list[Organisation], begins: float) -> Seen:
    """Do everything at its time and return what was seen."""
    seen = Seen()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for deed in deeds:
            wanted_at = begins + deed.at
            time.sleep(max(0.0, wanted_at - time.monotonic()))
            pool.submit(do, deed, people[deed.who], seen, wanted_at)
    return seen


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.last_hour", description=__doc__)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked.add_argument("--processes", type=int, default=1)
    asked.add_argument("--organisations", type=int, default=500)
    asked.add_argument("--drafts", type=int, default=5000)
    asked.add_argument("--seconds", type=float, default=600)
    wanted = asked.parse_args()
    from flask_migrate import upgrade

    from foundation.database import db

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    with tempfile.TemporaryDirectory(prefix="last-hour-") as made_in:
        folder = Path(made_in)
        with databases(wanted.database, folder) as url:
            app = build_app(folder, url)
            with app.app_context():
                upgrade()
                # Time enough to make everything; the closing time is moved to the end of the play.
                closes_at = clock.now() + timedelta(days=1)
                rows = made(closes_at, wanted.organisations)
                settings = {"ASSURANCE_WORKERS": str(wanted.processes)}
                server = Served(folder, url, environ=settings)
                try:
                    people = [
                        Organisation(Visitor(server.port, lead), bid_id, path)
                        for lead, bid_id, path in rows
                    ]
                    closes_at = clock.now() + timedelta(seconds=wanted.seconds + 2)
                    close(closes_at)
                    db.session.remove()
                    deeds = plan(wanted.organisations, wanted.drafts, wanted.seconds)
                    used = used_by(server)
                    seen = play(deeds, people, time.monotonic() + 2)
                    used = used_by(server) - used
                    memory = memory_of(server)
                finally:
                    server.kill_all()
                wrong = checked(people, closes_at)
                db.session.remove()
                db.engine.dispose()
    return tell(wanted, seen, people, wrong, used, memory)


def tell(
    wanted: argparse.Namespace,
    seen: Seen,
    people: list[Organisation],
    wrong: list[str],
    used: float,
    memory: int,
) -> int:
    everything = [one for took in seen.took.values() for one in took]
    print(
        f"{wanted.organisations} organisations, {wanted.seconds:g} s, {wanted.database}, "
        f"{wanted.processes} process{'' if wanted.processes == 1 else 'es'}: "
        f"{sum(len(one.saved) for one in people)} drafts, {sum(len(one.sent) for one in people)} "
        f"files, {sum(one.handed_in for one in people)} submissions, "
        f"{sum(one.refused for one in people)} refused as late"
    )
    for what, took in seen.took.items():
        print(
            f"  {what:7} {len(took):5}: median {1000 * percentile(took, 50):6.0f} ms, "
            f"p99 {1000 * percentile(took, 99):6.0f} ms, slowest {1000 * max(took):6.0f} ms"
        )
    print(
        f"  all p99 {1000 * percentile(everything, 99):.0f} ms; {used:.0f} s of processor time of "
        f"those that serve, {memory} MB at the most; {len(seen.wrong)} went wrong, "
        f"{len(wrong)} lost or decided wrongly"
    )
    for text, count in Counter(seen.wrong + wrong).most_common(8):
        print(f"  {count} times: {text}")
    return 1 if seen.wrong or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
