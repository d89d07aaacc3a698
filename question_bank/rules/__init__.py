"""Questions, parts, answers, conditions and packs: plain Python, no web and no database."""
