# Other answers to the exercises; see `mlsd_course.grading.answers.answer`.

# %% With a loop grade_id="ch01_system_thinking_e1"
def slow_pages(shares):
    fast = 1.0
    for chance in shares:
        fast *= 1 - chance
    return 1 - fast


def allowed(page_share, calls):
    return 1 - math.exp(math.log(1 - page_share) / calls)


# %% By bisection grade_id="ch01_system_thinking_e1"
def slow_pages(shares):
    slow = 0.0
    for chance in shares:
        slow += (1 - slow) * chance
    return slow


def allowed(page_share, calls):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if slow_pages([middle] * calls) < page_share:
            low = middle
        else:
            high = middle
    return low


# %% The power instead of the root grade_id="ch01_system_thinking_e1" says="0.99 × 0.99"
def slow_pages(shares):
    return 1 - math.prod(1 - chance for chance in shares)


def allowed(page_share, calls):
    return 1 - (1 - page_share) ** calls


# %% Adds the chances grade_id="ch01_system_thinking_e1" says="all five calls are fast"
def slow_pages(shares):
    return sum(shares)


def allowed(page_share, calls):
    return 1 - (1 - page_share) ** (1 / calls)


# %% All must be slow grade_id="ch01_system_thinking_e1" says="all five calls are fast"
def slow_pages(shares):
    return math.prod(shares)


def allowed(page_share, calls):
    return 1 - (1 - page_share) ** (1 / calls)


# %% The first chance for all grade_id="ch01_system_thinking_e1" says="0.5 × 0.9"
def slow_pages(shares):
    return 1 - (1 - shares[0]) ** len(shares)


def allowed(page_share, calls):
    return 1 - (1 - page_share) ** (1 / calls)


# %% Divides grade_id="ch01_system_thinking_e1" says="0.99 × 0.99"
def slow_pages(shares):
    return 1 - math.prod(1 - chance for chance in shares)


def allowed(page_share, calls):
    return page_share / calls


# %% Step by step grade_id="ch01_system_thinking_e2"
def in_a_row(calls):
    return sum(calls)


def side_by_side(calls):
    return np.maximum.reduce(calls)


def tried_again(attempts, timeout_ms):
    spent, done = np.zeros(len(attempts[0])), np.zeros(len(attempts[0]), dtype=bool)
    for attempt in attempts:
        answered = attempt <= timeout_ms
        spent = spent + np.where(done, 0, np.minimum(attempt, timeout_ms))
        done = done | answered
    return np.where(done, spent, math.inf)


# %% Page by page, as lists grade_id="ch01_system_thinking_e2"
def in_a_row(calls):
    return [sum(page) for page in zip(*calls, strict=True)]


def side_by_side(calls):
    return [max(page) for page in zip(*calls, strict=True)]


def tried_again(attempts, timeout_ms):
    pages = []
    for page in zip(*attempts, strict=True):
        spent = 0.0
        for attempt in page:
            if attempt <= timeout_ms:
                pages.append(spent + attempt)
                break
            spent += timeout_ms
        else:
            pages.append(math.inf)
    return pages


# %% Stacked grade_id="ch01_system_thinking_e2"
def in_a_row(calls):
    return np.stack(calls).sum(axis=0)


def side_by_side(calls):
    return np.stack(calls).max(axis=0)


def tried_again(attempts, timeout_ms):
    tries = np.stack(attempts)
    in_time = tries <= timeout_ms
    first = in_time.argmax(axis=0)
    done = first * timeout_ms + tries[first, np.arange(tries.shape[1])]
    return np.where(in_time.any(axis=0), done, math.inf)


# %% All attempts at once grade_id="ch01_system_thinking_e2" says="nobody tries again"
def in_a_row(calls):
    return np.sum(calls, axis=0)


def side_by_side(calls):
    return np.max(calls, axis=0)


def tried_again(attempts, timeout_ms):
    in_time = [np.where(attempt <= timeout_ms, attempt, math.inf) for attempt in attempts]
    return np.minimum.reduce(in_time)


# %% Over the pages grade_id="ch01_system_thinking_e2" says="Expected one time per page"
def in_a_row(calls):
    return np.sum(calls)


def side_by_side(calls):
    return np.max(calls, axis=0)


def tried_again(attempts, timeout_ms):
    return attempts[0]


# %% Adds percentiles grade_id="ch01_system_thinking_e2" says="add within each page"
def in_a_row(calls):
    return np.full(len(calls[0]), sum(np.percentile(call, 99) for call in calls))


def side_by_side(calls):
    return np.max(calls, axis=0)


def tried_again(attempts, timeout_ms):
    return attempts[0]


# %% Side by side adds too grade_id="ch01_system_thinking_e2" says="its own slowest call"
def in_a_row(calls):
    return np.sum(calls, axis=0)


def side_by_side(calls):
    return np.sum(calls, axis=0)


def tried_again(attempts, timeout_ms):
    return np.minimum.reduce(attempts)


# %% The time until the timeout is free grade_id="ch01_system_thinking_e2" says="it is not free"
def in_a_row(calls):
    return np.sum(calls, axis=0)


def side_by_side(calls):
    return np.max(calls, axis=0)


def tried_again(attempts, timeout_ms):
    done = np.full(len(attempts[0]), math.inf)
    for attempt in reversed(attempts):
        done = np.where(attempt <= timeout_ms, attempt, done)
    return done


# %% Failure takes the timeouts grade_id="ch01_system_thinking_e2" says="never has its answer"
def in_a_row(calls):
    return np.sum(calls, axis=0)


def side_by_side(calls):
    return np.max(calls, axis=0)


def tried_again(attempts, timeout_ms):
    spent, done = np.zeros(len(attempts[0])), np.zeros(len(attempts[0]), dtype=bool)
    for attempt in attempts:
        spent = spent + np.where(done, 0, np.minimum(attempt, timeout_ms))
        done = done | (attempt <= timeout_ms)
    return spent


# %% The timeout itself is too late grade_id="ch01_system_thinking_e2" says="just in time"
def in_a_row(calls):
    return np.sum(calls, axis=0)


def side_by_side(calls):
    return np.max(calls, axis=0)


def tried_again(attempts, timeout_ms):
    done = np.full(len(attempts[0]), math.inf)
    for lost, attempt in reversed(list(enumerate(attempts))):
        done = np.where(attempt < timeout_ms, lost * timeout_ms + attempt, done)
    return done


# %% Two attempts at most grade_id="ch01_system_thinking_e2" says="Expected 107"
def in_a_row(calls):
    return np.sum(calls, axis=0)


def side_by_side(calls):
    return np.max(calls, axis=0)


def tried_again(attempts, timeout_ms):
    first = attempts[0]
    if len(attempts) == 1:
        return np.where(first <= timeout_ms, first, math.inf)
    second = np.where(attempts[1] <= timeout_ms, timeout_ms + attempts[1], math.inf)
    return np.where(first <= timeout_ms, first, second)


# %% The busiest first grade_id="ch01_system_thinking_e3"
def bottleneck(parts):
    def work_s(part):
        return part["seconds"] * part["share"] * part["tries"] / part["workers"]

    worst = max(parts, key=work_s)
    return worst["name"], 3600 / work_s(worst)


# %% One by one, as a list grade_id="ch01_system_thinking_e3"
def bottleneck(parts):
    least = None
    for part in parts:
        per_s = part["workers"] / part["seconds"] / part["tries"] / part["share"]
        if least is None or per_s < least[1]:
            least = [part["name"], per_s]
    return [least[0], 3600 * least[1]]


# %% Cases a second grade_id="ch01_system_thinking_e3" says="cases an hour by your function"
def bottleneck(parts):
    bears = {
        part["name"]: part["workers"] / (part["seconds"] * part["share"] * part["tries"])
        for part in parts
    }
    name = min(bears, key=bears.get)
    return name, bears[name]


# %% The slowest visit grade_id="ch01_system_thinking_e3" says="one case brings on average"
def bottleneck(parts):
    worst = max(parts, key=lambda part: part["seconds"])
    return worst["name"], 3600 * worst["workers"] / worst["seconds"]


# %% Forgets the workers grade_id="ch01_system_thinking_e3" says="six workers share the work"
def bottleneck(parts):
    worst = max(parts, key=lambda part: part["seconds"] * part["share"] * part["tries"])
    return worst["name"], 3600 / (worst["seconds"] * worst["share"] * worst["tries"])


# %% Forgets the tries grade_id="ch01_system_thinking_e3" says="an attempt that fails was work too"
def bottleneck(parts):
    bears = {
        part["name"]: 3600 * part["workers"] / (part["seconds"] * part["share"]) for part in parts
    }
    name = min(bears, key=bears.get)
    return name, bears[name]


# %% Counts cases at the part grade_id="ch01_system_thinking_e3" says="cases an hour into the line"
def bottleneck(parts):
    worst = max(
        parts, key=lambda part: part["seconds"] * part["share"] * part["tries"] / part["workers"]
    )
    return worst["name"], 3600 * worst["workers"] / (worst["seconds"] * worst["tries"])


# %% By drawing grade_id="ch01_system_thinking_e4"
share_within_80_ms = 0.818
mean_together_ms = 19.3
p99_together_ms = float(
    np.percentile(
        sum(tails.Call(60, 1.0).sample_ms(400_000, np.random.default_rng(s)) for s in (1, 2)), 99
    )
)
attempts_at_most = 27
pages_inside = 60
wrong = [7, 4, 3, 1]

# %% To two or three digits grade_id="ch01_system_thinking_e4"
share_within_80_ms = 0.82
mean_together_ms = 19.3
p99_together_ms = 88
attempts_at_most = 27
pages_inside = 60
wrong = (1, 3, 4, 7)

# %% Believes in green lights grade_id="ch01_system_thinking_e4" says="vouches for another layer"
share_within_80_ms = 0.99**20
mean_together_ms = 19.3
p99_together_ms = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
attempts_at_most = 27
pages_inside = 60
wrong = {1, 3, 4}

# %% Everything is wrong grade_id="ch01_system_thinking_e4" says="wrong that hold"
share_within_80_ms = 0.99**20
mean_together_ms = 19.3
p99_together_ms = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
attempts_at_most = 27
pages_inside = 60
wrong = {1, 2, 3, 4, 5, 6, 7, 8}

# %% The slowest of the two instead of the sum grade_id="ch01_system_thinking_e4" says="the distribution of the sum"
share_within_80_ms = 0.99**20
mean_together_ms = 19.3
p99_together_ms = tails.fan_out_percentile_ms(tails.Call(60, 1.0), 2, 99)
attempts_at_most = 27
pages_inside = 60
wrong = {1, 3, 4, 7}

# %% Layers add grade_id="ch01_system_thinking_e4" says="they multiply"
share_within_80_ms = 0.99**20
mean_together_ms = 19.3
p99_together_ms = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
attempts_at_most = 12
pages_inside = 60
wrong = {1, 3, 4, 7}

# %% One slow call takes its share grade_id="ch01_system_thinking_e4" says="multiply their chances"
share_within_80_ms = 1 - 20 * 0.01
mean_together_ms = 19.3
p99_together_ms = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
attempts_at_most = 27
pages_inside = 60
wrong = {1, 3, 4, 7}

# %% Milliseconds as seconds grade_id="ch01_system_thinking_e4" says="rate times time"
share_within_80_ms = 0.99**20
mean_together_ms = 19.3
p99_together_ms = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
attempts_at_most = 27
pages_inside = 400 * 150
wrong = {1, 3, 4, 7}

# %% The mean of one grade_id="ch01_system_thinking_e4" says="the means add"
share_within_80_ms = 0.99**20
mean_together_ms = 9.7
p99_together_ms = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
attempts_at_most = 27
pages_inside = 60
wrong = {1, 3, 4, 7}

# %% Nobody is wrong grade_id="ch01_system_thinking_e4" says="At least one claim"
share_within_80_ms = 0.99**20
mean_together_ms = 19.3
p99_together_ms = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
attempts_at_most = 27
pages_inside = 60
wrong = set()
