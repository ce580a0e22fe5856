"""The real data set that every chapter shares, and its replay."""
