"""The explorer engine: description, controls, view, chart, read-out."""
