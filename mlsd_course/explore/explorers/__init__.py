"""The explorers of the course, one module a chapter; each declares `EXPLORERS`, a tuple."""
