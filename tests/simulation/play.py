"""What becomes of a seed: its events one by one, the runs among them, and the rest at the end?"""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulation import crontab, papers
from simulation.broken import Broken
from simulation.disk import Blow, FullDisk, struck
from simulation.process import Remote, Run
from simulation.running import Ended, run_here
from simulation.scenario import Event, Scenario, events_of, scenario_of

from bmsc.errors import ExitCode
from bmsc.sandbox.sample import write_sample

FIVE_MINUTES = timedelta(minutes=5)
PAUSES = (5, 150, 30, 30, 20)
"""Minutes before each further round of every command, until the world has come to rest: settled, absent for long
enough, every task ended, and every pause over that a request ledger believes after the clock was set back."""
NEVER = {ExitCode.BUG, ExitCode.USAGE, ExitCode.CONFIGURATION}
"""Documented statuses that nothing in a simulation excuses, but a full disk the last."""
CLOCK_STEPS = (-3600, -600, -90, -2, 2, 45, 240, 3600)


@dataclass
class Story:
    """How one seed went."""

    seed: int
    broken: list[Broken] = field(default_factory=list)
    at: str = ""
    """The event after which something was broken, or "at rest"."""
    events: int = 0
    minutes: int = 0
    runs: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


class Play:
    """One seed being played on a stage of another process."""

    def __init__(self, scenario: Scenario, stage: Remote, folder: Path, *, commands: Sequence[str] = ()) -> None:
        self._stage = stage
        self._folder = folder
        self._commands = tuple(name for name in scenario.commands if not commands or name in commands)
        self._jobs = crontab.jobs()
        self._state, self._yesterday = folder / "state", folder / "state-of-yesterday"
        self._withheld: dict[str, bool] = {}
        self._told = papers.Told()
        self._forgot = False
        self.story = Story(scenario.seed)
        self._open(scenario)

    def _open(self, scenario: Scenario) -> None:
        for left in (self._state, self._yesterday):
            shutil.rmtree(left, ignore_errors=True)
        port = self._stage.call("open", scenario)
        config = write_sample(self._folder, port, scenario.shop)
        more = f"company_id = 163\nconcurrency = {scenario.concurrency}"
        config.write_text(config.read_text().replace("company_id = 163", more) + scenario.tables())
        lags = (scenario.switches[side]["order_list_lag_seconds"] for side in scenario.switches)
        self.story.faults["a shop whose lists lag"] += any(lags)
        self._secrets = papers.Secrets(self._state)
        self._began = self._now()

    def play(self, events: Iterable[Event]) -> Story:
        """Play the events until a promise is broken, then let the world come to rest."""
        for event in events:
            self.story.events += 1
            self.story.kinds[event.kind] += 1
            self._happen(event)
            if self.story.broken:
                self.story.at = str(event)
                break
        else:
            self._come_to_rest()
        self.story.minutes = int((self._now() - self._began).total_seconds() / 60)
        self.story.faults += self._stage.call("tally").faults
        return self.story

    def _happen(self, event: Event) -> None:
        mine = getattr(self, f"_{event.kind}", None)
        if mine:
            mine(event)
        else:
            sure = bool(numbers := papers.sentinels(self._state)) and self._stage.call("listed", numbers)
            self.story.broken += self._stage.call("happen", event, sure=sure)

    # --- what cron and people do with the program

    def _cron(self, event: Event) -> None:
        self._let_cron_run(FIVE_MINUTES, event.number)

    def _let_cron_run(self, time: timedelta, number: int) -> None:
        until = self._now() + time
        for moment, command in list(crontab.due(self._jobs, self._now(), until, commands=self._commands)):
            self._until(moment)
            self._run(command, number=number)
        self._until(until)

    def _again_at_once(self, event: Event) -> None:
        self._run(event.dice.choice(self._commands), number=event.number)

    def _dry_run(self, event: Event) -> None:
        before = papers.print_of(self._state)
        command = event.dice.choice(self._commands)
        writes = self._run(command, "--dry-run", number=event.number)
        if writes:
            self._breaks("no write at all in a dry run", f"{command}: {', '.join(writes)}")
        if papers.print_of(self._state) != before:
            self._breaks("a dry run leaves the state as it is", command)

    def _forces(self, event: Event) -> None:
        """Let a person look at what a guard withheld, and pass it."""
        for command in [name for name, withheld in self._withheld.items() if withheld]:
            self._run(command, "--force", number=event.number)

    def _overlap(self, event: Event) -> None:
        """Let several runs begin at the same moment, two of them of one command."""
        dice = event.dice
        some = dice.sample(self._commands, k=min(len(self._commands), dice.choice((2, 3))))
        runs = [(name, self._forked(name, event.number)) for name in (*some, some[0])]
        self._stage.call("begin", together=True)
        self.story.faults["runs overlap"] += 1
        for _, run in runs:
            run.go()
        for name, run in runs:
            self._judge(name, run.wait(), excused=(ExitCode.LOCKED,))
        self._take_stock()

    # --- what befalls the program

    def _killed(self, event: Event) -> None:
        dice = event.dice
        if dice.random() < 0.7:
            self._happen(Event(event.number, "buys", event.seed))
        self._stage.call("advance", dice.choice((20, 300)))
        self._stage.call("disturbed")  # minutes in which cron ran nothing
        command = dice.choice((*self._commands, "orders pull"))
        at_a_request = dice.random() < 0.6
        blow = None if at_a_request else Blow(1 + int(dice.expovariate(1 / 20)), after=dice.random() < 0.5)
        run = self._forked(command, event.number, blow)
        if at_a_request:
            self._stage.call("kill", event, run.pid)
        self._stage.call("begin")
        run.go()
        ended = run.wait()
        self.story.faults["killed at a request" if at_a_request else "killed at the disk"] += ended.code == -9
        self._judge(command, ended, excused=(-signal.SIGKILL,))
        self._take_stock()

    def _interrupted(self, event: Event) -> None:
        dice = event.dice
        command = dice.choice(self._commands)
        run = self._forked(command, event.number, Blow(1 + int(dice.expovariate(1 / 20)), signal.SIGTERM))
        self._stage.call("begin")
        run.go()
        ended = run.wait()
        self.story.faults["told to end"] += ended.code in (ExitCode.INTERRUPTED, -signal.SIGTERM)
        # Before a run watches for SIGTERM, and after, the signal simply ends it.
        self._judge(command, ended, excused=(ExitCode.INTERRUPTED, -signal.SIGTERM))
        self._take_stock()

    def _disk_full(self, event: Event) -> None:
        dice = event.dice
        if dice.random() < 0.5:
            self._happen(Event(event.number, "buys", event.seed))
        full = FullDisk(1 + int(dice.expovariate(1 / 15)), torn=dice.random() < 0.5)
        command = dice.choice((*self._commands, "orders pull"))
        self._stage.call("begin")
        with struck(full):
            ended = run_here(self._words(command), seed=event.number)
        self.story.faults["disk full"] += ended.code == ExitCode.CONFIGURATION
        self._judge(command, ended, excused=(ExitCode.CONFIGURATION,))
        self._take_stock()

    def _clock_steps(self, event: Event) -> None:
        """Set the machine's clock; ahead only when no list hides anything, for its lag is waited for by the clock."""
        seconds = event.dice.choice(CLOCK_STEPS)
        if seconds < 0 or self._stage.call("may_forget"):
            self._stage.call("step_clock", seconds)
            self._stage.call("disturbed")
            self.story.faults["clock set back" if seconds < 0 else "clock set ahead"] += 1

    def _backup(self, _event: Event) -> None:
        if self._state.exists():
            shutil.rmtree(self._yesterday, ignore_errors=True)
            shutil.copytree(self._state, self._yesterday)

    def _restore(self, _event: Event) -> None:
        if self._yesterday.exists() and self._stage.call("may_forget"):
            self._forget("state restored from an older copy")
            shutil.copytree(self._yesterday, self._state)

    def _loses_state(self, _event: Event) -> None:
        if self._stage.call("may_forget"):
            self._forget("state lost")

    def _forget(self, how: str) -> None:
        shutil.rmtree(self._state, ignore_errors=True)
        self._stage.call("disturbed")
        self._stage.call("forgets")
        self._forgot = True
        self.story.faults[how] += 1

    # --- one run, and what is looked at after it

    def _run(self, command: str, *more: str, number: int) -> tuple[str, ...]:
        """Run a command to its end; answers with the writes that were tried."""
        self._stage.call("begin")
        ended = run_here([*self._words(command), *more], seed=number)
        self._judge(command, ended)
        if command == "orders pull" and ended.code == ExitCode.DONE and "--dry-run" not in more:
            self._stage.call("remembers")
        return self._take_stock()

    def _forked(self, command: str, number: int, blow: Blow | None = None) -> Run:
        return Run(self._words(command), self._folder, seed=number, blow=blow)

    def _words(self, command: str) -> list[str]:
        where = ["--config", str(self._folder / "config.toml"), "--state-dir", str(self._state)]
        return [*command.split(), *where, "--json"]

    def _judge(self, command: str, ended: Ended, *, excused: Sequence[int] = ()) -> None:
        self.story.runs[command] += 1
        self.story.statuses[str(ended.code)] += 1
        if ended.code is None:
            self._breaks("no run hangs", command)
        elif ended.code not in set(ExitCode) - NEVER - {ExitCode.LOCKED, ExitCode.INTERRUPTED} | set(excused):
            words = f"{command}: {ended.code}\n{ended.stderr[-3000:]}"
            self._breaks("exit statuses are the documented ones", words)
        if ended.code != ExitCode.DONE:
            self._stage.call("disturbed")
        for found in self._secrets.found(ended):
            self._breaks("no buyer and no secret is written down", f"{found}, after {command}")
        self._told.hear(ended)
        self._withheld[command] = ended.code == ExitCode.GUARD

    def _take_stock(self) -> tuple[str, ...]:
        seen = self._stage.call("after_run")
        self.story.broken += seen.broken
        writes: tuple[str, ...] = seen.writes
        return writes

    def _breaks(self, promise: str, detail: str) -> None:
        self.story.broken.append(Broken(promise, detail))

    # --- time

    def _now(self) -> datetime:
        """Read the machine's clock."""
        return datetime.fromtimestamp(float(Path(os.environ["BMSC_CLOCK_FILE"]).read_text()), UTC)

    def _until(self, moment: datetime) -> None:
        self._stage.call("advance", max(0.0, (moment - self._now()).total_seconds()))

    # --- the end

    def _come_to_rest(self) -> None:
        self.story.at = "at rest"
        self._stage.call("calm")
        for number, minutes in enumerate(PAUSES):
            self._stage.call("advance", 60 * minutes)
            self._stage.call("disturbed")
            for command in self._commands:
                self._run(command, number=-number)
            self._forces(Event(0, "forces", self.story.seed))
            if self.story.broken:
                return
        self._stage.call("advance", FIVE_MINUTES.total_seconds())
        self._rest()

    def _rest(self) -> None:
        """Run every command once more: nothing is planned or written, and all that waits is told."""
        self._told.forget()
        for command in self._commands:
            self._stage.call("begin")
            ended = run_here(self._words(command), seed=0)
            self._judge(command, ended)
            planned, writes = self._told.hear(ended).get("actions", []), self._take_stock()
            what = [f"{one['kind']} {one['subject']} {one['outcome']}: {one['detail']}" for one in planned] or writes
            if what:
                self._breaks("at rest nothing is planned", f"{command}: {'; '.join(what)}")
            if ended.code != ExitCode.DONE:
                self._breaks("at rest every command is done", f"{command}: {ended.code}\n{ended.stdout[-3000:]}")
        self.story.broken += self._stage.call("at_rest", self._told.all(), forgot=self._forgot)


def play(
    seed: int, count: int, stage: Remote, folder: Path, *, only: Sequence[int] = (), commands: Sequence[str] = ()
) -> Story:
    """Play the first `count` events of a seed, or only those numbered; its clock file names the time of all."""
    events = [event for event in events_of(seed, count) if not only or event.number in only]
    return Play(scenario_of(seed), stage, folder, commands=commands).play(events)


def share_clock(folder: Path) -> Path:
    """Let the runs of this process live by a clock file."""
    clock_file = folder / "clock"
    os.environ["BMSC_CLOCK_FILE"] = str(clock_file)
    return clock_file
