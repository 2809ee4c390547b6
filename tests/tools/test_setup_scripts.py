"""What a machine lacks is named with its Debian package, before anything is half made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NEEDED = ("sh", "dirname", "id")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A project folder with the scripts, and a folder of commands that holds next to nothing."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        assert found
        (commands / name).symlink_to(found)
    return tmp_path


def give(machine: Path, name: str, script: str) -> None:
    command = machine / "commands" / name
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(0o755)


def run(machine: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", *command],
        cwd=machine,
        env={"PATH": str(machine / "commands"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_missing_git_is_named(machine: Path) -> None:
    done = run(machine, "tools/setup.sh", "python3.11")
    assert done.returncode == 1
    assert "apt-get install git" in done.stderr


def test_missing_python_is_named(machine: Path) -> None:
    give(machine, "git", "exit 0")
    done = run(machine, "tools/setup.sh", "")
    assert done.returncode == 1
    assert "apt-get install python3.11" in done.stderr


def test_missing_venv_is_named_by_the_version_of_python_that_lacks_it(machine: Path) -> None:
    give(machine, "git", "exit 0")
    give(machine, "python3.12", 'case "$2" in *ensurepip*) exit 1;; *) echo python3.12-venv;; esac')
    done = run(machine, "tools/setup.sh", "python3.12")
    assert done.returncode == 1
    assert "apt-get install python3.12-venv" in done.stderr
    assert not (machine / ".venv").exists()


def test_the_first_interpreter_that_is_new_enough_is_taken(machine: Path) -> None:
    give(machine, "python3.11", "exit 1")
    give(machine, "python3", "exit 0")
    assert run(machine, "tools/find_python.sh").stdout == "python3\n"


def test_no_interpreter_is_named_when_all_are_too_old(machine: Path) -> None:
    give(machine, "python3", "exit 1")
    done = run(machine, "tools/find_python.sh")
    assert (done.returncode, done.stdout) == (0, "")


def test_missing_java_is_said_and_never_installed_in_ci(machine: Path) -> None:
    give(machine, "apt-get", 'echo called >"$APT_CALLED"')
    called = machine / "called"
    done = run(machine, "tools/java.sh", CI="true", APT_CALLED=str(called))
    assert done.returncode == 0
    assert "apt-get install openjdk-17-jre-headless" in done.stderr
    assert not called.exists()


def test_nothing_is_said_where_java_is_there(machine: Path) -> None:
    give(machine, "java", "exit 0")
    done = run(machine, "tools/java.sh")
    assert (done.returncode, done.stderr) == (0, "")
