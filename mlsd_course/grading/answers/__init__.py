"""Other answers to an exercise, right and wrong, and the judge that runs them."""
