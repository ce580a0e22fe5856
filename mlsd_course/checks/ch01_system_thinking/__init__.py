"""Checks of chapter 01's exercises."""
