# Other answers to the mastery check, for the questions of seed 0; see `mlsd_course.grading.answers.answer`.

# %% The same with units, signs and capital letters grade_id="mastery_check_answers"
answers = {
    "first_step": "B",
    "metric_translation": "18.9 %",
    "binding_constraint": "b",
    "pattern_choice": ["c"],
    "tail_and_capacity": "79 req/s",
    "rollout_statistics": 45.5,
    "drift_and_incident": "b",
    "privacy_and_audit": "e, d, a",
}

# %% The first step is the model grade_id="mastery_check_answers" says="Question 1 (first_step) is not right: you answered a. Reread"
answers = {"first_step": "a"}

# %% The more probable class grade_id="mastery_check_answers" says="Question 2 (metric_translation) is not right: you answered 50 %. Reread"
answers = {"first_step": "b", "metric_translation": "50 %"}

# %% All resources have room grade_id="mastery_check_answers" says="Question 3 (binding_constraint) is not right: you answered d. Reread"
answers = {"binding_constraint": "d"}

# %% Always online grade_id="mastery_check_answers" says="Question 4 (pattern_choice) is not right: you answered b. Reread"
answers = {"pattern_choice": "b"}

# %% A full server grade_id="mastery_check_answers" says="Question 5 (tail_and_capacity) is not right: you answered 125 req/s. Reread"
answers = {"tail_and_capacity": 125}

# %% Chances added up grade_id="mastery_check_answers" says="Question 6 (rollout_statistics) is not right: you answered 60 %. Reread"
answers = {"rollout_statistics": 60}

# %% The wrong cause grade_id="mastery_check_answers" says="Question 7 (drift_and_incident) is not right: you answered a. Reread"
answers = {"drift_and_incident": "a"}

# %% Only the raw rows grade_id="mastery_check_answers" says="Question 8 (privacy_and_audit) is not right: you answered a. Reread"
answers = {"privacy_and_audit": "a"}

# %% A letter that is not there grade_id="mastery_check_answers" says="One letter of a, b, c, d is expected; 'f' is none"
answers = {"first_step": "f"}

# %% A word for a number grade_id="mastery_check_answers" says="A number is expected in %, 'half' is none"
answers = {"metric_translation": "half"}

# %% No dictionary grade_id="mastery_check_answers" says="Expected a dictionary"
answers = ["b"]

# %% The right ones under other names grade_id="mastery_check_answers" says="Question 1 (first_step) is not answered"
answers = {"q1": "b"}
