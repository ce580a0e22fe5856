# %% [markdown]
# # 00 Start here
#
# **20 min.** Afterwards you can
#
# - find your place in the course, and what comes next,
# - predict before you look, and read how good your predictions are, and
# - say what this machine can do: rows a second, disk, network, formats.
#
# **To begin:** *Run ▸ Run All Cells* in the menu above, or Shift+Enter in one cell after the other. This page is your home:
# leave it open while you work elsewhere. It follows by itself.

# %%
import json

import numpy as np

from mlsd_course.explore import (
    calibration_chart,
    check_machine,
    home,
    ledger,
    predict,
    reveal,
    review,
    self_check,
)
from mlsd_course.systems.calibration import calibrate, latest_calibration

# %% [markdown]
# ## Where are you?

# %%
home()

# %% [markdown]
# Questions that you missed come back, after a day first and then after 3, 7 and 21 days: boxes as Leitner's (1972), with this
# course's days. A right answer counts when it was due: five minutes after the explanation it would only show that you can
# repeat a sentence. Here they are, one at a time, with other numbers than last time.

# %%
review()

# %% [markdown]
# ## How does a chapter work?
#
# A chapter is a **lesson** (45 to 60 minutes) and graded **exercises**. In the lesson a question comes first, then your
# prediction, then a run: a formula, a simulation, or a real service on this machine. Then you see the gap, and the idea gets
# its name. An **explorer** lets you turn the knobs; a **self-check** closes the lesson.
#
# A prediction is kept, right or wrong. It never counts for marks. It counts for you: what you expected is the only thing
# that a result can correct. State how sure you are, too. Try it, on a fact that every later chapter builds on:

# %%
predict(
    "ch00_start.p1",
    "A number with 16 digits needs 8 bytes in memory. Written out as JSON text, how many times as"
    " many bytes does it take?",
    unit="times",
    low=0.1,
    high=100,
)

# %%
numbers = np.random.default_rng(0).normal(size=1000)
as_text = len(json.dumps(numbers.tolist()).encode())
reveal("ch00_start.p1", as_text / numbers.nbytes, note="The reveal waited until you had committed.")

# %% [markdown]
# ## What can this machine do?
#
# First, whether it has what the course needs. What is optional can stay as it is; a problem has its remedy beside it.

# %%
check_machine()

# %% [markdown]
# Next, how fast it is. Later chapters lay these figures over their curves, so that "too slow" means *here* and not on a data
# sheet. A small model of trees is asked for one row, and for 1,024 rows at once. A **call** has a price before its first
# row, and each **row** has one: a batch of n costs call + n × row, so a row in it costs row + call / n.

# %%
predict(
    "ch00_start.p2",
    "One core predicts row by row, or in batches of 1,024. How many times as many rows a second"
    " does it manage in batches?",
    unit="times",
    low=0.1,
    high=10000,
)

# %% [markdown]
# The measurement takes about five seconds, once; it is then read from your record. On another machine, or after a new
# installation, call `calibrate()` again.

# %% tags=["timing"]
mine = latest_calibration()
mine = mine if mine.measured else calibrate()

# %% tags=["timing"]
gain = mine.rows_per_s(1024) / mine.rows_per_s(1)
reveal(
    "ch00_start.p2",
    gain,
    note="A call costs something before its first row; a batch pays that once.",
)

# %% tags=["timing"]
calibration_chart(mine)

# %% tags=["timing"]
mine

# %% [markdown]
# All of it is one thread on one machine: enough to size a system within a factor of two or three, and not a benchmark.
# Other programs that run meanwhile are in it. The middle half of the tries stands beside each figure, so you see how much
# it moves.
#
# ## How good are your predictions?
#
# A **magnitude** is judged by its factor, since twice too much and half of it are equal misses; within a factor of 1.5 is
# close. A stated **confidence** is judged by the Brier score (Brier 1950): (confidence − outcome)², where the outcome is 1
# if it came true, else 0. Zero is best; always saying 50 % gives 0.25. Of all you were 90 % sure of, nine in ten should
# come true. Few people start there.

# %%
ledger()

# %% [markdown]
# Come back to this figure after each chapter; it follows what you do in other notebooks. Predictions that are all too low,
# or sure and wrong, say more about how you think than any mark.
#
# ## Which way through the course?
#
# Four lenses go through all chapters: **system thinking** (the whole, end to end), **trade-offs** (accuracy, latency, cost,
# maintainability), **lifecycle** (from development to operation) and **scaling** (growth and optimisation). Four parts:
#
# | part | what you do |
# |---|---|
# | I The framework | ask for requirements, find what constrains, draw the architecture, plan the way there |
# | II The patterns | serve one product by batch, online, stream and hybrid, and compare |
# | III The best practices | start simple, plan for change, observe, secure |
# | IV Beyond, and the proof | go further, defend a design, take the mastery check |
#
# The table at the top has the chapters that there are, in their order. Each stands on those before it.

# %% [markdown]
# ## Where is what you do?
#
# Everything is plain files in the folder that JupyterLab shows on the left. Your predictions and answers are lines in
# `record/events.jsonl`; *Your record* at the top exports or deletes them. Two commands start and test the course, in its
# clone: `make lab` opens this page, `make test` runs the whole suite. In a terminal, `mlsd status` shows what this page
# shows, `mlsd doctor` checks the machine, and `mlsd record` exports or deletes.
#
# An update never overwrites a notebook that you changed: the new one arrives beside it.
#
# ## What did you keep?

# %%
self_check("ch00_start")

# %% [markdown]
# ## In short
#
# - Predict, commit, then look. State how sure you are.
# - Missed questions come back here, later each time.
# - This machine is measured once; every curve in the course can be compared with it.
#
# **Next:** 01 System thinking: why the better model made the worse product.
#
# ## Sources
#
# - G. W. Brier, *Verification of forecasts expressed in terms of probability*, Monthly Weather Review, 1950
# - S. Leitner, *So lernt man lernen*, 1972
