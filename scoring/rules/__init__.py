"""From answers to marks, risks, scores and ranks: plain Python, no web and no database."""
