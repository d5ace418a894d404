"""The samples for cron, systemd and Kubernetes say what the program needs, and their own tools find no fault."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from kubernetes_validate import validate
from shops import Shop

from bmsc.domain.runs import EVERY, slug

EXAMPLES = Path(__file__).parents[2] / "examples"
SYSTEMD = EXAMPLES / "systemd"
KUBERNETES = EXAMPLES / "kubernetes"
CRONTAB = (EXAMPLES.parent / "crontab.example").read_text()
OFF_AT_FIRST = {"reprice"}
BMSC = Path(sys.executable).with_name("bmsc")


def cron_times() -> dict[str, str]:
    """Give each command of crontab.example with its five fields, that of `reprice` too."""
    found = re.findall(r"^#?((?:\S+ ){5})bmsc (.+) --quiet$", CRONTAB, re.MULTILINE)
    return {command: times.strip() for times, command in found}


def minute_of_calendar(unit: str) -> str:
    """Turn `*-*-* *:01/5:00` into cron's spelling of the same minutes."""
    (minute,) = re.findall(r"^OnCalendar=\*-\*-\* \*:(\S+):00$", (SYSTEMD / unit).read_text(), re.MULTILINE)
    first, _, step = minute.partition("/")
    return f"{int(first)}-59/{step}" if step else first


class TestCron:
    def test_every_command_at_its_interval(self) -> None:
        assert cron_times().keys() == EVERY.keys()
        for command, times in cron_times().items():
            every_five = times.split()[0].endswith("-59/5")
            assert EVERY[command] == (timedelta(minutes=5) if every_five else timedelta(hours=1))

    @pytest.mark.parametrize("command", EVERY)
    def test_a_line_as_written_in_a_shell_as_bare_as_crons(self, command: str, shop: Shop, tmp_path: Path) -> None:
        home = tmp_path / "home"
        place = home / ".config" / "bmsc"
        shutil.copytree(shop.folder, place, ignore=lambda *_: ["home", "state"])
        (line,) = re.findall(rf"^#?(?:\S+ ){{5}}(bmsc {command} .*)$", CRONTAB, re.MULTILINE)
        path = re.sub(r"[^:]*/\.venv/bin", str(BMSC.parent), re.findall(r"^PATH=(.*)$", CRONTAB, re.MULTILINE)[0])
        cron = {"HOME": str(home), "LOGNAME": "shop", "SHELL": "/bin/sh", "PATH": path, "MAILTO": "ops@example.com"}
        if command in OFF_AT_FIRST:
            with (place / "config.toml").open("a") as config:
                config.write(f"[{command}]\nenabled = true\n")
        done = subprocess.run(
            ["/bin/sh", "-c", line], env=cron, capture_output=True, text=True, timeout=60, check=False, cwd=home
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (home / ".local" / "state" / "bmsc" / "state.json").exists()

    def test_what_is_off_at_first_waits_behind_a_mark(self) -> None:
        """Else every new installation would be told once a day that it is off."""
        behind = re.findall(r"^#(?:\S+ ){5}bmsc (.+) --quiet$", CRONTAB, re.MULTILINE)
        assert set(behind) == OFF_AT_FIRST


class TestSystemd:
    @pytest.mark.parametrize("command", EVERY)
    def test_a_service_and_a_timer_for_every_command(self, command: str) -> None:
        service = (SYSTEMD / f"bmsc-{slug(command)}.service").read_text()
        assert f"/bmsc {command} --quiet\n" in service
        minute = minute_of_calendar(f"bmsc-{slug(command)}.timer")
        assert f"{minute} * * * *" == cron_times()[command]

    def test_no_unit_without_a_command(self) -> None:
        named = {path.stem.removeprefix("bmsc-") for path in SYSTEMD.glob("bmsc-*.*") if path.is_file()}
        assert named == {slug(command) for command in EVERY}

    def test_the_page_makes_the_folder_of_the_secrets_as_the_units_expect_it(self) -> None:
        """systemd leaves an existing folder as it is, and warns at each start of a mode that differs."""
        common = (SYSTEMD / "bmsc-.service.d" / "common.conf").read_text()
        (mode,) = re.findall(r"^ConfigurationDirectoryMode=(\d{4})$", common, re.MULTILINE)
        page = (EXAMPLES.parent / "docs" / "deploy.md").read_text()
        assert f"install -d -o bmsc -g bmsc -m {mode} /etc/bmsc " in page

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
    def test_its_own_judge_finds_no_fault(self, tmp_path: Path) -> None:
        units = tmp_path / "units"
        shutil.copytree(SYSTEMD, units)
        for service in units.glob("*.service"):
            service.write_text(service.read_text().replace("/opt/bmsc/.venv/bin/bmsc", str(BMSC)))
        named = [str(path) for path in sorted(units.glob("bmsc-*.*")) if path.is_file()]
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *named],
            env={"SYSTEMD_UNIT_PATH": f"{units}:", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


class TestKubernetes:
    @pytest.mark.parametrize("file", sorted(KUBERNETES.glob("*.yaml")), ids=lambda path: path.name)
    def test_the_schema_finds_no_fault(self, file: Path) -> None:
        document = yaml.safe_load(file.read_text())
        if document["kind"] == "Kustomization":
            behind = re.findall(r"^  # - (.*)$", file.read_text(), re.MULTILINE)
            assert set(behind) == {f"{slug(command)}.yaml" for command in OFF_AT_FIRST}
            kept = {path.name for path in KUBERNETES.glob("*.yaml")} - {file.name}
            assert {*document["resources"], *behind} == kept
        else:
            validate(document, "1.31", strict=True)

    @pytest.mark.parametrize("command", EVERY)
    def test_a_job_for_every_command(self, command: str) -> None:
        job = yaml.safe_load((KUBERNETES / f"{slug(command)}.yaml").read_text())["spec"]
        pod = job["jobTemplate"]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert job["schedule"] == cron_times()[command]
        assert job["concurrencyPolicy"] == "Forbid"
        assert container["args"] == [*command.split(), "--quiet"]
        assert {"persistentVolumeClaim": {"claimName": "bmsc-state"}, "name": "state"} in pod["volumes"]

    def test_the_image_is_of_this_user(self) -> None:
        dockerfile = (EXAMPLES / "container" / "Dockerfile").read_text()
        job = yaml.safe_load((KUBERNETES / "orders-pull.yaml").read_text())["spec"]["jobTemplate"]["spec"]
        assert f"--uid {job['template']['spec']['securityContext']['runAsUser']} " in dockerfile


@pytest.mark.skipif(not shutil.which("hadolint", path=str(BMSC.parent)), reason="no hadolint for this platform")
def test_the_linter_finds_no_fault_in_the_dockerfile() -> None:
    linter = BMSC.with_name("hadolint")
    done = subprocess.run(
        [linter, EXAMPLES / "container" / "Dockerfile"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
