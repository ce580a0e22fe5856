"""Checks of chapter 02's exercises."""
