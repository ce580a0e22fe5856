# %% [markdown]
# # Mastery check
#
# You answer eight questions, one for each part of the course, one at a time (30 min). Seven right ones pass. Each answer
# is final. You can retake the check as often as you like: it asks with other numbers.

# %%
from mlsd_course.exam import mastery
from mlsd_course.explore import mastery_check

# %% [markdown]
# ## Your eight questions
#
# Your answers are kept in the file `mastery_answers.json` beside this notebook, also when you close it or the kernel
# restarts. Press *Hand in* at the end. In a class, submit the assignment then: the file goes with it.

# %%
mastery_check()

# %% [markdown]
# ## Without the widget
#
# `print(mastery.questions())` shows the same questions as text. Write the answers into the next cell: a letter as `"b"`,
# several as `"ac"`, a number as `153.9`, with a unit if you like, as `"0.2 s"`:
#
#     answers = {"first_step": "d", "metric_translation": 50, …}
#
# With the widget, leave the cell as it is.

# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "mastery_check_answers", "schema_version": 3}
answers = mastery.answers()
if not answers:
    ### BEGIN SOLUTION
    answers = {
        "first_step": "b",
        "metric_translation": 18.92,
        "binding_constraint": "b",
        "pattern_choice": "c",
        "tail_and_capacity": 78.95,
        "rollout_statistics": 45.45,
        "drift_and_incident": "b",
        "privacy_and_audit": "ade",
    }
    ### END SOLUTION

# %% [markdown]
# ## What is handed in
#
# Each of the next cells takes one answer, says whether it can be read, and is worth one point when your work is graded.

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "mastery_check_first_step_test", "points": 1, "schema_version": 3}
mastery.check_answer(answers, "first_step")
### BEGIN HIDDEN TESTS
mastery.check_key(answers, "first_step", key="YiBiIGMgZA==")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "mastery_check_metric_translation_test", "points": 1, "schema_version": 3}
mastery.check_answer(answers, "metric_translation")
### BEGIN HIDDEN TESTS
mastery.check_key(
    answers,
    "metric_translation",
    key="MTB+MC4zIDEzLjQ2MTUzODV+MC40MDM4NDYgMTguMTgxODE4Mn4wLjU0NTQ1NSAxNC4yODU3MTQzfjAuNDI4NTcxIDE4LjkxODkxODl+MC41Njc1NjggMjV+MC43NQ==",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "mastery_check_binding_constraint_test", "points": 1, "schema_version": 3}
mastery.check_answer(answers, "binding_constraint")
### BEGIN HIDDEN TESTS
mastery.check_key(answers, "binding_constraint", key="YiBiIGMgZA==")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "mastery_check_pattern_choice_test", "points": 1, "schema_version": 3}
mastery.check_answer(answers, "pattern_choice")
### BEGIN HIDDEN TESTS
mastery.check_key(answers, "pattern_choice", key="YyBhIGMgYw==")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "mastery_check_tail_and_capacity_test", "points": 1, "schema_version": 3}
mastery.check_answer(answers, "tail_and_capacity")
### BEGIN HIDDEN TESTS
mastery.check_key(
    answers,
    "tail_and_capacity",
    key="MTUzLjk0ODI5OH40LjYxODQ1IDc4Ljk0ODI5ODF+Mi4zNjg0NSAxNjkuMjk4ODY1fjUuMDc4OTcgOTQuMjk4ODY1NH4yLjgyODk3IDE3Ni45NzQxNDl+NS4zMDkyMiAxMDEuOTc0MTQ5fjMuMDU5MjI=",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "mastery_check_rollout_statistics_test", "points": 1, "schema_version": 3}
mastery.check_answer(answers, "rollout_statistics")
### BEGIN HIDDEN TESTS
mastery.check_key(
    answers,
    "rollout_statistics",
    key="NDAuMTI2MzA2MX4xLjIwMzc5IDUxLjIzMjUwMjF+MS41MzY5OCA2NC4xNTE0MDc4fjEuOTI0NTQgNzguNTM2MTIzNn4yLjM1NjA4IDE4LjI5MjcxOTN+MC41NDg3ODIgMjQuNjM1ODA1OX4wLjczOTA3NCAzMy4yMzkyMDI4fjAuOTk3MTc2IDQ1LjQ1MTU2ODF+MS4zNjM1NQ==",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "mastery_check_drift_and_incident_test", "points": 1, "schema_version": 3}
mastery.check_answer(answers, "drift_and_incident")
### BEGIN HIDDEN TESTS
mastery.check_key(answers, "drift_and_incident", key="YSBhIGIgYg==")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "mastery_check_privacy_and_audit_test", "points": 1, "schema_version": 3}
mastery.check_answer(answers, "privacy_and_audit")
### BEGIN HIDDEN TESTS
mastery.check_key(answers, "privacy_and_audit", key="YWJkIGFkZSBiZGU=")
### END HIDDEN TESTS

# %%
print(mastery.verdict())
