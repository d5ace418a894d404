"""What becomes of a seed: its events one by one, the runs among them, and the rest at the end?"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulation.process import Blow, Ended, Remote, Run
from simulation.scenario import COMMANDS, Event, Scenario, events_of, scenario_of
from simulation.witness import Broken

from bmsc.errors import ExitCode
from bmsc.sandbox.sample import write_sample

FIVE_MINUTES = 300
ROUNDS_TO_REST = 12
NEVER = {ExitCode.BUG, ExitCode.USAGE, ExitCode.CONFIGURATION}
"""Documented statuses that nothing in a simulation excuses."""
SECRETS = (b"canary", b"kanarienvogel", b"sandbox-password", b"c2fuzgjvec10b2tlbg")


@dataclass
class Story:
    """How one seed went."""

    seed: int
    broken: list[Broken] = field(default_factory=list)
    at: str = ""
    """The event after which something was broken, or "at rest"."""
    events: int = 0
    runs: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    orders: int = 0


class Play:
    """One seed being played on a stage of another process."""

    def __init__(self, scenario: Scenario, stage: Remote, folder: Path, *, commands: Sequence[str] = COMMANDS) -> None:
        self._scenario = scenario
        self._stage = stage
        self._folder = folder
        self._commands = commands
        self._told: dict[str, set[str]] = {}
        self._forgot = False
        self.story = Story(scenario.seed)
        self._open()

    def _open(self) -> None:
        for left in (self._state, self._yesterday):
            shutil.rmtree(left, ignore_errors=True)
        port = self._stage.call("open", self._scenario)
        config = write_sample(self._folder, port, self._scenario.shop)
        more = f"company_id = 163\nconcurrency = {self._scenario.concurrency}"
        config.write_text(config.read_text().replace("company_id = 163", more) + self._scenario.tables())

    @property
    def _state(self) -> Path:
        return self._folder / "state"

    @property
    def _yesterday(self) -> Path:
        return self._folder / "state-of-yesterday"

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
        self.story.faults += self._stage.call("tally").faults
        return self.story

    def _happen(self, event: Event) -> None:
        mine = getattr(self, f"_{event.kind}", None)
        if mine:
            mine(event)
        else:
            self.story.broken += self._stage.call("happen", event, sure=self._sure())

    # --- what cron and fate do with the program

    def _cron(self, event: Event) -> None:
        self._stage.call("advance", FIVE_MINUTES)
        self._all_commands(event.number)

    def _again_at_once(self, event: Event) -> None:
        self._all_commands(event.number)

    def _dry_run(self, event: Event) -> None:
        for command in self._commands:
            ended = self._run(command, "--dry-run", number=event.number)
            self._judge(command, ended, dry=True)

    def _overlap(self, event: Event) -> None:
        self._stage.call("advance", FIVE_MINUTES)
        words = [self._words(command) for command in self._commands for _ in range(2)]
        runs = [Run(some, self._folder, seed=event.number) for some in words]
        for run in runs:
            run.go()
        for some, run in zip(words, runs, strict=True):
            self._judge(" ".join(some[:2]), run.wait(), excused=(ExitCode.LOCKED,), take_stock=False)
        self._take_stock("overlap")

    def _killed(self, event: Event) -> None:
        dice = event.dice
        if dice.random() < 0.7:
            self._happen(Event(event.number, "buys", event.seed))
        self._stage.call("advance", FIVE_MINUTES)
        command = dice.choice(self._commands)
        at_a_request = dice.random() < 0.6
        blow = None if at_a_request else Blow(1 + int(dice.expovariate(1 / 20)), after=dice.random() < 0.5)
        run = Run(self._words(command), self._folder, seed=event.number, blow=blow)
        if at_a_request:
            self._stage.call("kill", event, run.pid)
        run.go()
        ended = run.wait()
        self.story.faults["killed at a request" if at_a_request else "killed at the disk"] += ended.code == -9
        self._judge(command, ended, excused=(-signal.SIGKILL,))

    def _interrupted(self, event: Event) -> None:
        dice = event.dice
        self._stage.call("advance", FIVE_MINUTES)
        command = dice.choice(self._commands)
        blow = Blow(1 + int(dice.expovariate(1 / 20)), signal.SIGTERM)
        run = Run(self._words(command), self._folder, seed=event.number, blow=blow)
        run.go()
        # Before a run watches for SIGTERM, and after, the signal simply ends it.
        self._judge(command, run.wait(), excused=(ExitCode.INTERRUPTED, -signal.SIGTERM))

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
        self._forgot = True
        self.story.faults[how] += 1

    # --- runs and what is looked at after each

    def _all_commands(self, number: int) -> None:
        for command in self._commands:
            self._judge(command, self._run(command, number=number))

    def _run(self, command: str, *more: str, number: int) -> Ended:
        run = Run([*self._words(command), *more], self._folder, seed=number)
        run.go()
        return run.wait()

    def _words(self, command: str) -> list[str]:
        where = ["--config", str(self._folder / "config.toml"), "--state-dir", str(self._state)]
        return [*command.split(), *where, "--json"]

    def _judge(
        self, command: str, ended: Ended, *, dry: bool = False, excused: Sequence[int] = (), take_stock: bool = True
    ) -> None:
        self.story.runs += 1
        self.story.statuses[str(ended.code)] += 1
        self._judge_status(command, ended, excused)
        self._look_for_secrets(ended)
        self._hear(ended)
        if take_stock:
            self._take_stock(command, dry=dry)

    def _take_stock(self, command: str, *, dry: bool = False) -> tuple[str, ...]:
        seen = self._stage.call("after_run")
        self.story.broken += seen.broken
        if dry and seen.writes:
            self._breaks("a dry run writes nothing", f"{command}: {', '.join(seen.writes)}")
        writes: tuple[str, ...] = seen.writes
        return writes

    def _judge_status(self, command: str, ended: Ended, excused: Sequence[int]) -> None:
        if ended.code is None:
            self._breaks("no run hangs", command)
            return
        documented = ended.code in set(ExitCode) - NEVER - {ExitCode.LOCKED, ExitCode.INTERRUPTED}
        if not documented and ended.code not in excused:
            self._breaks("exit statuses are the documented ones", f"{command}: {ended.code}\n{ended.stderr[-3000:]}")

    def _look_for_secrets(self, ended: Ended) -> None:
        papers = {str(path): path.read_bytes() for path in self._state.rglob("*") if path.is_file()}
        papers |= {"stdout": ended.stdout.encode(), "stderr": ended.stderr.encode()}
        for name, content in papers.items():
            found = [secret for secret in SECRETS if secret in content.lower()]
            if found:
                self._breaks("no buyer and no secret is written down", f"{found} in {name}")

    def _hear(self, ended: Ended) -> dict[str, Any]:
        """Take in what a report tells a person about each subject."""
        report: dict[str, Any] = json.loads(ended.stdout) if ended.stdout.rstrip().endswith("}") else {}
        for key in [key for key in self._told if key.startswith("now:")]:
            del self._told[key]
        for fact in (*report.get("holds", ()), *report.get("alerts", ()), *report.get("skips", ())):
            self._told.setdefault(f"now:{fact['subject']}", set()).add(fact["reason"])
        for fact in (*report.get("holds", ()), *report.get("alerts", ())):
            self._told.setdefault(fact["subject"], set()).add(fact["reason"])
        return report

    def _sure(self) -> bool:
        return bool(self._sentinels()) and self._stage.call("listed", self._sentinels())

    def _sentinels(self) -> list[str]:
        path = self._state / "state.json"
        sections = json.loads(path.read_text()).get("commands", {}) if path.exists() else {}
        return [number for number, _ in sections.get("orders pull", {}).get("sentinels", ())]

    def _breaks(self, promise: str, detail: str) -> None:
        self.story.broken.append(Broken(promise, detail))

    # --- the end

    def _come_to_rest(self) -> None:
        self.story.at = "at rest"
        self._stage.call("calm")
        for number in range(ROUNDS_TO_REST):
            self._stage.call("advance", FIVE_MINUTES)
            self._all_commands(-number)
        if not self.story.broken:
            self._rest()

    def _rest(self) -> None:
        """Run every command once more: nothing is written, and all that waits is told."""
        self._stage.call("advance", FIVE_MINUTES)
        told: dict[str, set[str]] = {}
        for command in self._commands:
            ended = self._run(command, number=0)
            self._judge_status(command, ended, ())
            self._hear(ended)
            for key, reasons in self._told.items():
                told.setdefault(key, set()).update(reasons)
            if writes := self._take_stock(command):
                self._breaks("at rest nothing is written", f"{command}: {', '.join(writes)}")
            if ended.code not in (ExitCode.DONE, ExitCode.GUARD):
                self._breaks("at rest every command is done", f"{command}: {ended.code}\n{ended.stdout[-3000:]}")
        forgot = self._forgot and "cancel sync" not in self._commands
        self.story.broken += self._stage.call("at_rest", told, forgot=forgot)


def play(
    seed: int, count: int, stage: Remote, folder: Path, *, only: Sequence[int] = (), commands: Sequence[str] = COMMANDS
) -> Story:
    """Play the first `count` events of a seed, or only those numbered; its clock file names the time of all."""
    events = [event for event in events_of(seed, count) if not only or event.number in only]
    return Play(scenario_of(seed), stage, folder, commands=commands).play(events)


def share_clock(folder: Path) -> Path:
    """Let the runs that are forked from here live by a clock file."""
    clock_file = folder / "clock"
    os.environ["BMSC_CLOCK_FILE"] = str(clock_file)
    return clock_file
