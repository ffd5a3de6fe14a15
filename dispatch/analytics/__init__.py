"""Answers about many incidents at once: pure, no SQL, no page."""
