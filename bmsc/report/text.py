"""The report as plain lines: what cron mails and what a pipe gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bmsc.domain.outcome import Attention, Resolved, Result, RunReport, Verdict
from bmsc.domain.showing import one_line
from bmsc.jobs.telling import GUARDED

WORDS = {
    "create_order": "create",
    "adopt_order": "adopt",
    "pay_order": "pay",
    "accept_line": "accept",
    "cancel_sc_order": "cancel in SellerCloud",
    "ship_order": "ship",
    "register_serial": "register serial",
    "cancel_line": "cancel",
    "refund_line": "refund",
    "set_quantity": "set quantity",
    "set_price": "set price",
    "submit_batch": "hand in batch",
    "create_listing": "create listing",
    "resolve_task": "resolve task",
}

_BREAK, _INDENTED = "\n", "\n      "

NAMES = {"backmarket": "Back Market", "sellercloud": "SellerCloud"}
MOST_OF_A_REASON = 40
"""More would fill the screen: JSON names every one of them."""
_IN_SHORT = {"in_step": "both sides agree already"}


def render(report: RunReport) -> str:
    """Write the whole report, one fact a line."""
    heading = f"{report.command}{'  dry run: nothing was written' if report.dry_run else ''}"
    return "\n".join([heading, *_body(report), summary(report)])


def render_news(report: RunReport) -> str:
    """Write only what is new and needs a person; empty when there is nothing."""
    news = [*_shown(report.holds, "hold"), *_shown(report.alerts, "alert"), *_gone(report.resolved)]
    heading = "needs a look" if any(shown.show for shown in (*report.holds, *report.alerts)) else "settled"
    return "\n".join([f"bmsc {report.command}: {heading}", *news]) if news else ""


def summary(report: RunReport) -> str:
    """Sum the run up in one line."""
    counts = [f"{number} {name}" for name, number in report.counts().items() if number]
    asked = ", ".join(f"{NAMES.get(name, name)} {number}" for name, number in sorted(report.requests.items()))
    seconds = (report.finished_at - report.started_at).total_seconds()
    done = ", ".join(counts) or ("nothing to do" if report.exit_code == 0 else "stopped, see above")
    return f"{report.command}: {done}; {seconds:.1f} s; requests: {asked or 'none'}"


def _body(report: RunReport) -> Iterator[str]:
    yield from (_action(result) for result in report.results)
    yield from (_attention("hold", shown) for shown in report.holds)
    yield from (_attention("alert", shown) for shown in other_alerts(report))
    yield from (_line("skip", subject, words) for subject, words in skips_told(report))
    for guard in report.guards:
        what = f"{guard.n} of {guard.of}, limit {guard.limit}: {named(guard.subjects)}"
        yield _line("withheld", guard.name, f"{what}; pass exactly these with `bmsc {report.command} --force`")
    yield from _gone(report.resolved)
    if report.plan.reading:
        yield f"  note: {report.plan.reading.told()}"
    yield from (f"  note: {note}" for note in report.plan.notes)
    yield from (f"  warning: {warning}" for warning in report.warnings)


def other_alerts(report: RunReport) -> Iterator[Attention]:
    """Give the alerts but for those of guards, whose own lines tell more."""
    return (one for one in report.alerts if not one.fact.reason.startswith(GUARDED))


def skips_told(report: RunReport) -> Iterator[tuple[str, str]]:
    """Give each skip's subject and words; of a reason that would fill the screen only the number."""
    counts = Counter(skip.reason for skip in report.plan.skips)
    for skip in report.plan.skips:
        if counts[skip.reason] <= MOST_OF_A_REASON:
            yield skip.subject, f"{skip.reason}: {skip.detail}"
    for reason, count in counts.items():
        if count > MOST_OF_A_REASON:
            yield f"{count} others", f"{reason}: {_IN_SHORT.get(reason, '--json names each of them')}"
    for reason, count in report.plan.counted.items():
        yield f"{count} others", f"{reason}: {_IN_SHORT.get(reason, 'too many to name')}"


def named(subjects: Sequence[str]) -> str:
    """Name subjects, as many as a screen bears."""
    more = len(subjects) - MOST_OF_A_REASON
    shown = ", ".join(subjects[:MOST_OF_A_REASON])
    return f"{shown} and {more} more (--json names them)" if more > 0 else shown


def _action(result: Result) -> str:
    action, outcome = result.action, result.outcome
    told = "" if outcome.verdict is Verdict.PLANNED else f"  [{outcome.verdict.value}] {outcome.message}".rstrip()
    return _line(WORDS[action.kind.value], action.subject, f"{action.detail}{told}")


def _attention(word: str, shown: Attention) -> str:
    fact = shown.fact
    by = f"  (dispatch by {_moment(fact.deadline)})" if fact.deadline else ""
    return _line(word, fact.subject, f"{fact.reason}: {fact.detail}{by}")


def _shown(attentions: Iterable[Attention], word: str) -> Iterator[str]:
    return (_attention(word, shown) for shown in attentions if shown.show)


def _gone(resolved: Iterable[Resolved]) -> Iterator[str]:
    return (_line("resolved", gone.subject, since(gone)) for gone in resolved)


def since(gone: Resolved) -> str:
    """Say what is gone, and when it began."""
    return f"{gone.reason}, since {_moment(gone.first_seen)}"


def _line(word: str, subject: str, rest: str) -> str:
    """Write one fact; no foreign line break may begin what looks like another."""
    return f"  {word:<9} {one_line(subject):<16} {rest.replace(_BREAK, _INDENTED)}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
