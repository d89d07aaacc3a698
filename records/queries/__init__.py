"""What the record of a tender is read from, station by station."""
