"""Self-checks, reviews and the mastery check as widgets."""
