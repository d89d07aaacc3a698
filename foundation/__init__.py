"""The ground every station stands on: clock, database, audit trail, keys, files and pages."""
