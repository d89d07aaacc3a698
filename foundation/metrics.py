"""Figures for the machine that watches over the service (Prometheus), in a registry of our own.

Whoever reads them must not learn of a bid. So what companies do is counted as one thing, without
method or outcome; work and mail are counted once they are a minute late, when something is wrong
in any case, and never by kind; the disk is told in whole hundredths.
"""

from __future__ import annotations

import os
import shutil
import time
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from flask import Flask
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from foundation import clock
from foundation.database import db
from foundation.health import new_engine
from foundation.jobs import Job, JobState
from foundation.mail import Message
from foundation.settings import COUNTED_TOGETHER, ROOT, Settings

METRICS = "metrics"
SUPPLIER = "supplier"
ANY = "any"
LATE = timedelta(minutes=1)
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
STARTED = time.monotonic()

# Otherwise each figure would be told with the moment at which it was first counted.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """What is counted as it happens; the rest is looked at when somebody asks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "assurance_requests",
            "Requests answered, by pattern of the address; those of suppliers as one.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "assurance_request_seconds",
            "How long requests took.",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )

    def count(self, route: str, method: str, status: int, seconds: float | None) -> None:
        if route == SUPPLIER:
            # Whether something was read, saved or handed in is nobody's business here.
            method, group = ANY, "5xx" if status >= 500 else "other"
        else:
            group = f"{status // 100}xx"
        self._requests.labels(route, method, group).inc()
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)

    def text(self, app: Flask) -> bytes:
        """Return everything in Prometheus's format; what was counted, by all processes that
        `foundation.serve` has started."""
        now = CollectorRegistry()
        now.register(_Standing(app))
        counted = self.registry
        if COUNTED_TOGETHER in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        return generate_latest(counted) + generate_latest(now)


class _Standing(Collector):
    """How things stand at this moment."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        settings: Settings = self._app.extensions["settings"]
        version = GaugeMetricFamily("assurance_version", "The version.", labels=["version"])
        version.add_metric([product_version()], 1)
        yield version
        yield _gauge("uptime_seconds", "Since the process began.", time.monotonic() - STARTED)
        disk = shutil.disk_usage(settings.instance_folder)
        free = disk.free * 100 // disk.total / 100
        yield _gauge("disk_free_ratio", "Of the disk of the instance folder, in hundredths.", free)
        pool = db.engine.pool
        yield _gauge("database_connections_in_use", "Of the pool.", _of(pool, "checkedout"))
        yield _gauge("database_connections", "The size of the pool.", _of(pool, "size"))
        yield from _late(settings.database_url)


def _late(url: str) -> Iterator[Metric]:
    try:
        figures = late_work(url, clock.now())
    except SQLAlchemyError:
        yield _gauge("database_up", "Whether the database answers.", 0)
        return
    yield _gauge("database_up", "Whether the database answers.", 1)
    for name, (words, value) in figures.items():
        yield _gauge(name, words, value)


def late_work(url: str, moment: datetime) -> dict[str, tuple[str, float]]:
    """Return what waits for longer than a minute after it was due, and what was given up."""
    before = moment - LATE
    late = (Job.state == JobState.WAITING, Job.run_at <= before)
    unsent = (
        Message.sent_at.is_(None),
        Message.gave_up_at.is_(None),
        Message.written_at <= before,
    )
    with new_engine(url).connect() as connection:
        waiting, oldest = connection.execute(
            select(func.count(Job.id), func.min(Job.run_at)).where(*late)
        ).one()
        failed = connection.scalar(select(func.count(Job.id)).where(Job.state == JobState.FAILED))
        mails = connection.scalar(select(func.count(Message.id)).where(*unsent))
        lost = connection.scalar(
            select(func.count(Message.id)).where(Message.gave_up_at.is_not(None))
        )
    age = (moment - oldest).total_seconds() if oldest else 0
    return {
        "jobs_waiting": ("Jobs more than a minute late.", waiting),
        "jobs_oldest_seconds": ("How late the oldest of them is.", age),
        "jobs_failed": ("Jobs that were tried often enough.", failed or 0),
        "mails_waiting": ("Mails not handed over for more than a minute.", mails or 0),
        "mails_given_up": ("Mails that can never arrive.", lost or 0),
    }


@lru_cache(maxsize=1)
def product_version() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"assurance_{name}", words, value=value)


def _of(pool: object, name: str) -> float:
    """Return a figure of the pool; 0 where this kind of pool keeps none."""
    ask = getattr(pool, name, None)
    return float(ask()) if callable(ask) else 0.0
