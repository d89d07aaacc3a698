"""The company's standing answers, offered to every bid."""
