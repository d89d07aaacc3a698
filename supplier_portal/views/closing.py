"""The last complete version counting at the closing time, where the tender allows it."""
