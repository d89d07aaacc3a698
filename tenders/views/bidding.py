"""How suppliers may bid: the time for questions, qualifications, the last saved version."""
