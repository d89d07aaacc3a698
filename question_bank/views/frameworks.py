"""The frameworks the bank maps to, and which question answers which control."""

from __future__ import annotations
