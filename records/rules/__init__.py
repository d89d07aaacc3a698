"""Rules that need several stations at once: plain Python, no web and no database."""
