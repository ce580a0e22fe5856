"""Checks of chapter 04's exercises, and the drawings they start from."""
