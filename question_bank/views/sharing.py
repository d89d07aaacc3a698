"""An authority's own packs and questions, taken out as a file and brought in."""

from __future__ import annotations
