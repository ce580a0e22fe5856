"""The overview as one web page: no script, no network, light and dark, every bar beside its number."""

from collections.abc import Iterable, Sequence
from html import escape

from mlsd_course.grading.reports.causes import Cause
from mlsd_course.grading.reports.overview import ExerciseLine, Overview
from mlsd_course.grading.reports.similarity import AlikeCell, Pair

PAIRS_SHOWN, NAMES_SHOWN, LETTERS_SHOWN = 20, 12, 10_000

_STYLE = """
:root { color-scheme: light dark; --text: #1c1e21; --soft: #5a6068; --page: #fff; --line: #d5d9de; --bar: #2f6fb0; --block: #f4f6f8 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --soft: #a9b0b8; --page: #16181b; --line: #3a3f46; --bar: #6ea8e0; --block: #202429 }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 70rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--page) }
h1 { font-size: 1.6rem } h2 { font-size: 1.3rem; margin-top: 2.5rem } h3 { font-size: 1.1rem; margin-top: 2rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; color: var(--soft); padding: .3rem 0 }
caption span { display: block; max-width: min(66rem, calc(100vw - 3rem)) }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line) }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
thead th { white-space: nowrap }
tbody th { font-weight: 600; min-width: 8rem; overflow-wrap: anywhere }
td.said { min-width: 14rem; overflow-wrap: anywhere }
.bars { width: auto; min-width: 60% } .bars th, .bars thead th { min-width: 0 } td.bar { width: 70% }
.fill { display: block; height: 1rem; margin-top: .25rem; background: var(--bar); border-radius: 2px; forced-color-adjust: none }
details { border-bottom: 1px solid var(--line); padding: .5rem 0 }
summary { cursor: pointer; overflow-wrap: anywhere }
summary:focus-visible, .scroll:focus-visible, pre:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem }
figure { margin: .5rem 0; min-width: 0 } figcaption { color: var(--soft) }
pre { background: var(--block); padding: .7rem; overflow-x: auto; margin: .3rem 0; font-size: .85rem; max-height: 30rem }
.soft { color: var(--soft) }
"""


def web_page(overviews: Sequence[Overview]) -> str:
    """Return the page on one or more assignments."""
    title = f"Class overview: {', '.join(each.assignment for each in overviews)}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Class overview</h1>\n"
        + "\n".join(_assignment(each) for each in overviews)
        + "\n</main>\n</body>\n</html>\n"
    )


def _assignment(seen: Overview) -> str:
    parts = [f"<section>\n<h2>{escape(seen.assignment)}</h2>", f"<p>{escape(seen.sentence)}</p>", _list(seen.notes)]
    parts += ["<h3>How are the scores spread?</h3>", _distribution(seen)]
    parts += ["<h3>Which exercises went wrong?</h3>", _exercises(seen.exercises)]
    if any(line.causes for line in seen.exercises):
        parts += ["<h3>Why did tests fail?</h3>", *(_causes(line) for line in seen.exercises if line.causes)]
    parts += ["<h3>When was it handed in, and how long did it run?</h3>", _times(seen)]
    parts += ["<h3>Which submissions are alike?</h3>", _pairs(seen.pairs), "</section>"]
    return "\n".join(part for part in parts if part)


def _distribution(seen: Overview) -> str:
    most = max((each.learners for each in seen.bins), default=0) or 1
    rows = [
        f'<tr><th scope="row" class="n">{each.low}–{each.high} %</th><td class="n">{each.learners}</td>'
        f'<td class="bar"><span class="fill" style="width:{100 * each.learners / most:.1f}%"></span></td></tr>'
        for each in reversed(seen.bins)
    ]
    caption = f"Learners by their share of the {seen.maximum:g} points, after late penalties"
    return _table(caption, ("score", "learners", ""), rows, numbers={0, 1}, kind="bars")


def _exercises(lines: Sequence[ExerciseLine]) -> str:
    rows = [
        f'<tr><th scope="row">{escape(line.name)}</th><td class="n">{line.points:g}</td><td class="n">{_percent(line.mean)}</td>'
        + "".join(f'<td class="n">{number}</td>' for number in (line.full, line.blank, line.failed, line.waits))
        + f'<td class="n">{_seconds(line.median_s)}</td><td class="n">{_seconds(line.longest_s)}</td></tr>'
        for line in lines
    ]
    caption = (
        "Mean of those who are marked; of written answers once all are. Blank: the answer was not touched. Failed: answered, and not all points. "
        "Waiting: a person marks it. Median and longest: how long the test ran"
    )
    columns = ("exercise", "points", "mean", "all points", "blank", "failed", "waiting", "median", "longest")
    return _table(caption, columns, rows, numbers=set(range(1, len(columns))))


def _causes(line: ExerciseLine) -> str:
    rows = [
        f'<tr><td class="n">{cause.count}</td><td>{escape(cause.kind)}</td><td class="said">{escape(cause.example)}</td>'
        f"<td>{escape(_names(cause))}</td></tr>"
        for cause in line.causes
    ]
    table = _table(
        "Messages that differ only in numbers, names and quoted text are one group, shown by one of them",
        ("learners", "kind", "what they read", "who"),
        rows,
        numbers={0},
    )
    said = f"{line.failed} failed, {len(line.causes)} {'cause' if len(line.causes) == 1 else 'causes'}"
    return f"<details open><summary><strong>{escape(line.name)}</strong>: {said}</summary>\n{table}</details>"


def _names(cause: Cause) -> str:
    more = f" and {cause.count - NAMES_SHOWN} more" if cause.count > NAMES_SHOWN else ""
    return ", ".join(cause.students[:NAMES_SHOWN]) + more


def _times(seen: Overview) -> str:
    late = [each for each in seen.handed if each.late_s > 0]
    rows = [
        f'<tr><th scope="row">{escape(each.learner.id)}</th><td class="n">{each.late_s / 3600:.1f}</td>'
        f'<td class="n">{each.raw:g}</td><td class="n">{each.penalty:g}</td><td class="n">{each.score:g}</td></tr>'
        for each in sorted(late, key=lambda each: -each.late_s)
    ]
    columns = ("late", "hours late", "points", "taken off", "left")
    table = _table("Late submissions", columns, rows, numbers={1, 2, 3, 4}) if rows else ""
    return _list(seen.times.sentences) + table


def _pairs(pairs: Sequence[Pair]) -> str:
    if not pairs:
        return "<p>No two answers are more alike than the tasks make them.</p>"
    shown = (
        f"The {PAIRS_SHOWN} most striking of {len(pairs)} pairs" if len(pairs) > PAIRS_SHOWN else f"{len(pairs)} pairs"
    )
    head = (
        f"<p>{shown}. These are hints where to look, not verdicts: names, spacing and comments do not count, nor what "
        "everybody was given or many wrote. Two people who were taught the same may write the same; talk to them first.</p>"
    )
    return head + "".join(_pair(pair) for pair in pairs[:PAIRS_SHOWN])


def _pair(pair: Pair) -> str:
    cells = ", ".join(f"{escape(cell.name)} ({cell.likeness:.0%} alike)" for cell in pair.cells)
    bodies = "".join(_cell(pair, cell) for cell in pair.cells)
    return (
        f"<details><summary><strong>{escape(pair.one)}</strong> and <strong>{escape(pair.other)}</strong>: {cells}</summary>"
        f"{bodies}</details>"
    )


def _cell(pair: Pair, cell: AlikeCell) -> str:
    texts = ((pair.one, cell.one), (pair.other, cell.other))
    return (
        '<div class="two">'
        + "".join(
            f'<figure><figcaption>{escape(cell.name)}, {escape(who)}</figcaption><pre tabindex="0">{escape(text[:LETTERS_SHOWN])}</pre></figure>'
            for who, text in texts
        )
        + "</div>"
    )


def _table(caption: str, columns: Sequence[str], rows: Iterable[str], numbers: set[int], kind: str = "plain") -> str:
    heads = "".join(
        f'<th scope="col"{" class=n" if number in numbers else ""}>{escape(name)}</th>' if name else "<td></td>"
        for number, name in enumerate(columns)
    )
    body = "\n".join(rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="{kind}">\n<caption><span>{escape(caption)}.</span></caption>\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _list(sentences: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in sentences) + "</ul>" if sentences else ""


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.2f} s"
