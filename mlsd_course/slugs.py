"""The two chapters that the package itself knows by name; all others are found on disk."""

START = "ch00_start"
MASTERY_CHECK = "mastery_check"
