# Other answers to the exercises; see `mlsd_course.grading.answers.answer`.

# %% The kth highest score, with a limit from prices grade_id="ch02_requirements_e1"
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    pays = false_alarm_usd / (false_alarm_usd + missed_usd)
    ranked = sorted(scores, reverse=True)
    if len(ranked) <= reviews:
        return pays
    first_left_out = ranked[reviews]
    return max(pays, first_left_out + 1e-12)


# %% Tries every score grade_id="ch02_requirements_e1"
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    def cost(at):
        return sum((1 - s) * false_alarm_usd if s >= at else s * missed_usd for s in scores)

    return min((at for at in [*scores, 2.0] if sum(s >= at for s in scores) <= reviews), key=cost)


# %% Counts from the top grade_id="ch02_requirements_e1"
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    from collections import Counter

    pays = false_alarm_usd / (false_alarm_usd + missed_usd)
    taken, at = 0, inf
    for score, flights in sorted(Counter(scores).items(), reverse=True):
        if score < pays or taken + flights > reviews:
            break
        taken, at = taken + flights, score
    return at


# %% One half, as always grade_id="ch02_requirements_e1" says="More of them would pay"
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    return 0.5


# %% Prices only grade_id="ch02_requirements_e1" says="flagged and never looked at"
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    return false_alarm_usd / (false_alarm_usd + missed_usd)


# %% Prices turned round grade_id="ch02_requirements_e1" says="More of them would pay"
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    ranked = sorted(scores, reverse=True)
    pays = missed_usd / (false_alarm_usd + missed_usd)
    return pays if len(ranked) <= reviews else max(pays, ranked[reviews] + 1e-12)


# %% Fills every review grade_id="ch02_requirements_e1" says="Some of them do not pay"
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    ranked = sorted(scores, reverse=True)
    return 0.0 if len(ranked) <= reviews else ranked[reviews] + 1e-12


# %% Forgets equal scores grade_id="ch02_requirements_e1" says="share the score at the edge"
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    pays = false_alarm_usd / (false_alarm_usd + missed_usd)
    ranked = sorted(scores, reverse=True)
    if reviews == 0:
        return inf
    return max(pays, ranked[min(reviews, len(ranked)) - 1])


# %% Typed parts grade_id="ch02_requirements_e2"
from mlsd_course.design import Availability, Growth, Latency

repaired = [
    Latency(percentile=99, limit_ms=800),
    Availability(share=1 - 20 / (30 * 24 * 60), window_days=30),
    Growth(factor=5, months=8),
]

# %% Other words grade_id="ch02_requirements_e2"
repaired = [
    "99 % of requests within 0.8 s",
    "99.955 % of requests are answered within 30 days",
    "5x the travellers within 8 months",
]

# %% To the last digit grade_id="ch02_requirements_e2"
repaired = ["99% of requests within 800 ms", "99.9537 % over 30 days", "grows 5x within 8 months"]

# %% Still vague grade_id="ch02_requirements_e2" says="not yet a requirement"
repaired = ["fast", "always on", "scalable"]

# %% The usual nines grade_id="ch02_requirements_e2" says="not from the usual nines"
repaired = ["p99 < 800 ms", "99.95 % over 30 days", "5x in 8 months"]

# %% More nines than asked for grade_id="ch02_requirements_e2" says="nobody asked you to give up"
repaired = ["p99 < 800 ms", "99.999 % over 30 days", "5x in 8 months"]

# %% The partner alone grade_id="ch02_requirements_e2" says="on top of yours"
repaired = ["p99 < 800 ms", "99.96 % over 30 days", "4x in 8 months"]

# %% The usual percentile grade_id="ch02_requirements_e2" says="which percentile"
repaired = ["p95 < 800 ms", "99.96 % over 30 days", "5x in 8 months"]

# %% Another window grade_id="ch02_requirements_e2" says="the window is part of the number"
repaired = ["p99 < 800 ms", "99.8 % over 7 days", "5x in 8 months"]


# %% In other steps grade_id="ch02_requirements_e3"
def budget_used(hours, target, window_requests):
    allowed = window_requests - target * window_requests
    failed = 0
    for _, failures in hours:
        failed += failures
    return failed / allowed


def hours_left(hours, target, window_requests):
    allowed = window_requests * (1 - target)
    failed = sum(entry[1] for entry in hours)
    last = hours[-1][1]
    if failed >= allowed:
        return 0
    return float("inf") if last == 0 else (allowed - failed) / last


# %% In shares of the budget grade_id="ch02_requirements_e3"
def budget_used(hours, target, window_requests):
    return sum(failures for _, failures in hours) / window_requests / (1 - target)


def hours_left(hours, target, window_requests):
    used = budget_used(hours, target, window_requests)
    an_hour = budget_used(hours[-1:], target, window_requests)
    if used >= 1:
        return 0
    return (1 - used) / an_hour if an_hour > 0 else inf


# %% The budget of the hours so far grade_id="ch02_requirements_e3" says="Expected 0.02"
def budget_used(hours, target, window_requests):
    return sum(f for _, f in hours) / sum(r for r, _ in hours) / (1 - target)


def hours_left(hours, target, window_requests):
    return 49.0


# %% The mean of the hours' shares grade_id="ch02_requirements_e3" says="Count requests"
def budget_used(hours, target, window_requests):
    shares = [f / r for r, f in hours if r]
    return sum(shares) / len(shares) * sum(r for r, _ in hours) / (1 - target) / window_requests


def hours_left(hours, target, window_requests):
    used = budget_used(hours, target, window_requests)
    return (1 - used) * (1 - target) * window_requests / hours[-1][1]


# %% Goes below zero grade_id="ch02_requirements_e3" says="it is overspent"
def budget_used(hours, target, window_requests):
    return sum(f for _, f in hours) / ((1 - target) * window_requests)


def hours_left(hours, target, window_requests):
    left = (1 - target) * window_requests - sum(f for _, f in hours)
    return left / hours[-1][1] if hours[-1][1] else inf


# %% A list will do grade_id="ch02_requirements_e4"
faults = ["tail", "ranking", "recall", "accuracy"]

# %% One text grade_id="ch02_requirements_e4" says="each in quotes of its own"
faults = "accuracy, recall, ranking, tail"

# %% Accuses the availability grade_id="ch02_requirements_e4" says="'availability' is sound"
faults = {"accuracy", "recall", "availability", "tail"}

# %% Accuses the histograms grade_id="ch02_requirements_e4" says="Histograms may be added"
faults = {"latency", "recall", "ranking", "tail"}

# %% Everything is wrong grade_id="ch02_requirements_e4" says="Expected four"
faults = set(requirements)
