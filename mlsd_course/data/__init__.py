"""The real data set that every chapter shares, and its replay."""

from mlsd_course.data.tables import airlines, airports, flights, planes, raw, weather

__all__ = ["airlines", "airports", "flights", "planes", "raw", "weather"]
