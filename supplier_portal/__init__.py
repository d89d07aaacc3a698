"""A supplier's bid: its answers, evidence, submissions and receipts."""
