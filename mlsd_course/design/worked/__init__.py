"""Eight finished designs, each with a broken twin."""
