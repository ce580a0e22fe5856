"""The tests, a package: `tests.support` is this one, whatever else is installed under the name `tests`."""
