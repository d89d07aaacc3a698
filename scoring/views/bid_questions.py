"""Questions from the officer about an opened bid, and the bidder's answers."""
