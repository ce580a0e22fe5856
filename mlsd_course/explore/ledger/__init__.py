"""A learner's predictions and how far off they were."""
