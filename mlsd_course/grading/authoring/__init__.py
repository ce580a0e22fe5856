"""From the text that authors write to the notebooks that learners get."""
