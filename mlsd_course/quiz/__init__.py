"""Question banks, kinds of questions, variants and scoring: pure, nothing here draws or touches the disk of a learner."""
