"""Runs the cells of submissions in separate processes and namespaces. Nothing here decides on points."""
