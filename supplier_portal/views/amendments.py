"""What the authority changed in a published tender, and the answers to confirm again."""
