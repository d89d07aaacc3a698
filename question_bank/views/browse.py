"""The questions of the shared bank, for everybody to read."""

from __future__ import annotations
