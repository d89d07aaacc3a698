"""An authority's own packs."""

from __future__ import annotations
