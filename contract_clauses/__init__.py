"""The contract schedule: which clauses, why each, and in what words."""
