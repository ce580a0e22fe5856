# Other answers to the exercises of chapter 07, right and wrong; see `mlsd_course.grading.answers.answer`.


# %% Keeps pairs of item and time grade_id="ch07_online_e1"
class Batcher:
    def __init__(self, max_batch, max_wait_ms):
        self.max_batch, self.max_wait_ms, self.queue = max_batch, max_wait_ms, []

    def add(self, item, now_ms):
        self.queue.append((now_ms, item))
        if len(self.queue) == self.max_batch:
            return self.flush()

    def poll(self, now_ms):
        if self.queue and self.queue[0][0] + self.max_wait_ms <= now_ms:
            return self.flush()

    def flush(self):
        batch = [item for _, item in self.queue]
        self.queue.clear()
        return batch


# %% Keeps its deadline grade_id="ch07_online_e1"
class Batcher:
    def __init__(self, max_batch, max_wait_ms):
        self.max_batch, self.max_wait_ms = max_batch, max_wait_ms
        self.items, self.due_ms = [], math.inf

    def add(self, item, now_ms):
        self.items = [*self.items, item]
        self.due_ms = min(self.due_ms, now_ms + self.max_wait_ms)
        return self.leave() if len(self.items) == self.max_batch else None

    def poll(self, now_ms):
        return self.leave() if now_ms >= self.due_ms else None

    def leave(self):
        left, self.items, self.due_ms = self.items, [], math.inf
        return left


# %% The newest item restarts the clock grade_id="ch07_online_e1" says="must not restart it"
class Batcher:
    def __init__(self, max_batch, max_wait_ms):
        self.max_batch, self.max_wait_ms, self.items, self.since = max_batch, max_wait_ms, [], 0.0

    def add(self, item, now_ms):
        self.items.append(item)
        self.since = now_ms
        if len(self.items) == self.max_batch:
            out, self.items = self.items, []
            return out

    def poll(self, now_ms):
        if self.items and now_ms - self.since >= self.max_wait_ms:
            out, self.items = self.items, []
            return out


# %% Newest first grade_id="ch07_online_e1" says="oldest first"
class Batcher:
    def __init__(self, max_batch, max_wait_ms):
        self.max_batch, self.max_wait_ms, self.items, self.since = max_batch, max_wait_ms, [], 0.0

    def add(self, item, now_ms):
        self.since = self.since if self.items else now_ms
        self.items.insert(0, item)
        if len(self.items) == self.max_batch:
            out, self.items = self.items, []
            return out

    def poll(self, now_ms):
        if self.items and now_ms - self.since >= self.max_wait_ms:
            out, self.items = self.items, []
            return out


# %% Releases empty batches grade_id="ch07_online_e1" says="an empty batch would cost"
class Batcher:
    def __init__(self, max_batch, max_wait_ms):
        self.max_batch, self.max_wait_ms, self.items, self.since = max_batch, max_wait_ms, [], 0.0

    def add(self, item, now_ms):
        self.since = self.since if self.items else now_ms
        self.items.append(item)
        return self.leave() if len(self.items) == self.max_batch else None

    def poll(self, now_ms):
        return self.leave() if now_ms - self.since >= self.max_wait_ms else None

    def leave(self):
        out, self.items = self.items, []
        return out


# %% Forgets to empty itself grade_id="ch07_online_e1" says="those items are gone already"
class Batcher:
    def __init__(self, max_batch, max_wait_ms):
        self.max_batch, self.max_wait_ms, self.items, self.since = max_batch, max_wait_ms, [], 0.0

    def add(self, item, now_ms):
        self.since = self.since if self.items else now_ms
        self.items.append(item)
        return self.items if len(self.items) == self.max_batch else None

    def poll(self, now_ms):
        return self.items if self.items and now_ms - self.since >= self.max_wait_ms else None


# %% Shares its items between batchers grade_id="ch07_online_e1" says="Keep the items on self"
held = []


class Batcher:
    def __init__(self, max_batch, max_wait_ms):
        self.max_batch, self.max_wait_ms, self.since = max_batch, max_wait_ms, 0.0

    def add(self, item, now_ms):
        self.since = self.since if held else now_ms
        held.append(item)
        return self.leave() if len(held) == self.max_batch else None

    def poll(self, now_ms):
        return self.leave() if held and now_ms - self.since >= self.max_wait_ms else None

    def leave(self):
        out = held[:]
        held.clear()
        return out


# %% Takes the work from utilisation grade_id="ch07_online_e2"
def servers_wanted(seen):
    working = seen.utilisation * seen.ready
    if seen.waiting > 5 * seen.ready:
        working = max(working, seen.rate_per_s / 20)
    return math.ceil(working + 1.7 * working**0.5)


# %% Looks ahead by the slope grade_id="ch07_online_e2"
past = []


def servers_wanted(seen):
    if past and seen.time_s < past[-1][0]:
        past.clear()
    past.append((seen.time_s, seen.rate_per_s))
    recent = past[-8:]
    slope = (recent[-1][1] - recent[0][1]) / max(15.0, recent[-1][0] - recent[0][0])
    expected = np.mean([rate for _, rate in recent[-3:]]) + max(0.0, slope) * 60
    work = expected / 20
    return int(np.ceil(work + 1.4 * np.sqrt(work) + seen.waiting / 1200))


# %% A target for each size of the pool grade_id="ch07_online_e2"
def servers_wanted(seen):
    work = seen.rate_per_s * 0.05
    target = 0.45 if work < 3 else 0.6 if work < 8 else 0.7
    return math.ceil(work / target) + seen.waiting // 1000


# %% Keeps utilisation at 60 % grade_id="ch07_online_e2" says="a small pool needs more headroom"
def servers_wanted(seen):
    return math.ceil(seen.ready * seen.utilisation / 0.6)


# %% Keeps utilisation at 40 % grade_id="ch07_online_e2" says="Expected to cost no more"
def servers_wanted(seen):
    return math.ceil(seen.ready * seen.utilisation / 0.4)


# %% Always enough for the peak grade_id="ch07_online_e2" says="paid for nothing"
def servers_wanted(seen):
    return 24


# %% One server for ever grade_id="ch07_online_e2" says="missed minutes"
def servers_wanted(seen):
    return 1


# %% Reacts to the p99 only grade_id="ch07_online_e2" says="Expected"
def servers_wanted(seen):
    return seen.ready + 1 if seen.p99_ms > 300 else max(1, seen.ready - 1)


# %% Divides by nothing when nobody comes grade_id="ch07_online_e2" says="With no traffic the policy returned"
def servers_wanted(seen):
    if seen.rate_per_s > 0:
        return math.ceil(seen.rate_per_s * 0.05 + 1.5 * math.sqrt(seen.rate_per_s * 0.05))


# %% By bisection grade_id="ch07_online_e3"
def servers_needed(rate_per_s, service_ms, cv, slo_ms):
    def kept(servers):
        run = simulate(
            Poisson(rate_per_s),
            Lognormal(service_ms, cv),
            Station(servers=servers),
            requests=80_000,
            seed=5,
        )
        return run.within(slo_ms)

    floor = math.floor(rate_per_s * service_ms / 1000) + 1
    low, high = floor, 4 * floor + 10
    if kept(high) < 0.99:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if kept(middle) >= 0.99 else (middle + 1, high)
    return low + 1


# %% Tries one after another, and gives up grade_id="ch07_online_e3"
def servers_needed(rate_per_s, service_ms, cv, slo_ms):
    least = math.ceil(rate_per_s * service_ms / 1000)
    for servers in range(least, 3 * least + 20):
        run = simulate(
            Poisson(rate_per_s),
            Lognormal(service_ms, cv),
            Station(servers=servers),
            requests=50_000,
        )
        if run.within(slo_ms) >= 0.99:
            return servers + 1
    return None


# %% By Kingman's mean wait grade_id="ch07_online_e3"
def servers_needed(rate_per_s, service_ms, cv, slo_ms):
    from mlsd_course.sim import closed

    work = np.sort(Lognormal(service_ms, cv).sample_ms(200_000, np.random.default_rng(0)))
    if work[int(0.99 * len(work))] > slo_ms:
        return None
    rng, n = np.random.default_rng(3), math.floor(rate_per_s * service_ms / 1000) + 1
    while True:
        share = closed.mmc_wait_probability(rate_per_s, service_ms, n)
        mean = closed.kingman_wait_ms(rate_per_s, service_ms, 1, cv, n)
        waits = rng.exponential(mean / share, len(work)) * (rng.random(len(work)) < share)
        if np.mean(rng.permutation(work) + waits <= slo_ms) >= 0.99:
            return n + 1
        n += 1


# %% Only the work grade_id="ch07_online_e3" says="the queue grows without end"
def servers_needed(rate_per_s, service_ms, cv, slo_ms):
    return math.ceil(rate_per_s * service_ms / 1000)


# %% None to spare grade_id="ch07_online_e3" says="being replaced"
def servers_needed(rate_per_s, service_ms, cv, slo_ms):
    servers = math.floor(rate_per_s * service_ms / 1000) + 1
    while servers < 500:
        run = simulate(
            Poisson(rate_per_s),
            Lognormal(service_ms, cv),
            Station(servers=servers),
            requests=60_000,
            seed=2,
        )
        if run.within(slo_ms) >= 0.99:
            return servers
        servers += 1 if servers < 60 else 100
    return None


# %% Half of the servers idle grade_id="ch07_online_e3" says="more than needed at most"
def servers_needed(rate_per_s, service_ms, cv, slo_ms):
    if cv >= 2 or service_ms * (1 + 2 * cv) > slo_ms:
        return None
    return math.ceil(2 * rate_per_s * service_ms / 1000) + 3


# %% Never refuses grade_id="ch07_online_e3" says="Expected None"
def servers_needed(rate_per_s, service_ms, cv, slo_ms):
    servers = math.floor(rate_per_s * service_ms / 1000) + 1
    while servers < 100:
        run = simulate(
            Poisson(rate_per_s),
            Lognormal(service_ms, cv),
            Station(servers=servers),
            requests=60_000,
            seed=2,
        )
        if run.within(slo_ms) >= 0.99:
            break
        servers += 1 if servers < 60 else 100
    return servers + 1


# %% With ranges grade_id="ch07_online_e4"
def repaired(latency_ms, interval_ms):
    owed = [np.arange(waited, 0, -interval_ms) for waited in latency_ms]
    return np.concatenate(owed)


# %% One interval shorter, again and again grade_id="ch07_online_e4"
def repaired(latency_ms, interval_ms):
    everyone, owed = [], np.asarray(latency_ms, dtype=float)
    while owed.size:
        everyone.extend(owed)
        owed = owed - interval_ms
        owed = owed[owed > 0]
    return everyone


# %% Returns the log grade_id="ch07_online_e4" says="more were due and not sent"
def repaired(latency_ms, interval_ms):
    return list(latency_ms)


# %% Everybody owed waits as long grade_id="ch07_online_e4" says="Your latencies sum to"
def repaired(latency_ms, interval_ms):
    return [waited for waited in latency_ms for _ in range(math.ceil(waited / interval_ms))]


# %% Drops the slow ones grade_id="ch07_online_e4" says="Expected every measured one to stay"
def repaired(latency_ms, interval_ms):
    return [waited for waited in latency_ms if waited <= interval_ms]


# %% Counts one too many grade_id="ch07_online_e4" says="who is due when the answer comes"
def repaired(latency_ms, interval_ms):
    everyone = list(latency_ms)
    for waited in latency_ms:
        everyone += [waited - k * interval_ms for k in range(1, int(waited // interval_ms) + 1)]
    return everyone
