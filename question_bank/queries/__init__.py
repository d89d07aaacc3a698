"""What the question bank keeps of each authority, read for its people."""
