"""Checks of chapter 03's exercises."""
