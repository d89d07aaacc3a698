"""Who people are, which organisation they act for, and what they may do."""
