"""Checks of chapter 05's exercises."""
