"""What spans every station: assessing answer files, dashboards, exports, the demonstration."""
