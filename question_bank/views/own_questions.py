"""An authority's own questions, written in forms."""

from __future__ import annotations
