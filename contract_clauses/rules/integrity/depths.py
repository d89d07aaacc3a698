"""Depths: every topic has all three; the short one says least, the enhanced one most."""

from __future__ import annotations

from collections.abc import Iterator

from contract_clauses.rules.library import ClauseTopic, Depth


def missing(topic: ClauseTopic) -> Iterator[str]:
    for depth in Depth:
        if not topic.depths.get(depth):
            yield f"{topic.id}: it has no {depth} depth; the standard one is printed instead"


def out_of_order(topic: ClauseTopic) -> Iterator[str]:
    standard = _words(topic, Depth.STANDARD)
    if Depth.SHORT in topic.depths and _words(topic, Depth.SHORT) > standard:
        yield f"{topic.id}: its short depth is longer than the standard one; shorten it"
    if Depth.ENHANCED in topic.depths and _words(topic, Depth.ENHANCED) < standard:
        yield f"{topic.id}: its enhanced depth is shorter than the standard one; add to it"


def _words(topic: ClauseTopic, depth: Depth) -> int:
    return sum(
        len(text.split()) for place in topic.places(depth) for text in topic.text[place].texts()
    )
