"""The editions of the bank: what changed, and which one an authority works with."""

from __future__ import annotations
