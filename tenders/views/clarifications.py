"""The officer's inbox of questions from suppliers, and what is published to all."""
