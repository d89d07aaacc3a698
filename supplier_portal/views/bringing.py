"""An officer brings in bids that were made on another portal."""
