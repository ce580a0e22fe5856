"""Checks of chapter 07's exercises."""
