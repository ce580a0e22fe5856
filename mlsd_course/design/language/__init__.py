"""Sentences that are read as parts, and the checklists of the four steps."""
