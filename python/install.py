#!/usr/bin/env python3
"""Installs what agents need: ``python3 python/install.py [name ...]``, without names for all agents.

Each ``python/agents/<name>/requirements.txt`` goes into a virtual environment ``python/agents/<name>/.venv`` of its own.
What is installed as its file says is left alone. Exit code 1 when one could not be installed; the others are.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from agent_platform.environments import Environment

DEFAULT_FOLDER = Path(__file__).resolve().parent / "agents"
SHOWN_LINES = 15


class InstallError(Exception):
    """An agent's requirements could not be installed."""


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    names = options.names or _names_in(options.agents)
    failed = 0
    for name in names:
        try:
            print(f"{name}: {_install(options.agents / name, options.python)}", flush=True)
        except InstallError as error:
            failed += 1
            print(f"{name}: {error}", file=sys.stderr, flush=True)
    return 1 if failed else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 python/install.py", description="Installs what agents need."
    )
    parser.add_argument("names", nargs="*", help="folders of agents; all of them without one")
    parser.add_argument(
        "--agents", type=Path, default=DEFAULT_FOLDER, help="the folder of agents (python/agents)"
    )
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter of new environments (this one)"
    )
    return parser.parse_args(arguments)


def _names_in(folder: Path) -> list[str]:
    return sorted(entry.parent.name for entry in folder.glob("*/agent.py"))


def _install(folder: Path, python: str) -> str:
    if not (folder / "agent.py").is_file():
        raise InstallError(f"{folder} has no agent.py")
    environment = Environment(folder)
    if not environment.is_needed:
        return "needs nothing"
    if environment.is_current:
        return "up to date"
    began = time.monotonic()
    print(f"{folder.name}: making {environment.folder}", flush=True)
    _make(environment, python)
    print(f"{folder.name}: installing {environment.requirements}", flush=True)
    pip = [str(environment.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    _call([*pip, "-r", str(environment.requirements)], f"{environment.requirements} could not be installed")
    environment.mark_installed()
    return f"installed in {time.monotonic() - began:.0f} s"


def _make(environment: Environment, python: str) -> None:
    """From nothing: an old environment may hold what is no longer named, and half of one nothing that works."""
    if environment.folder.exists():
        shutil.rmtree(environment.folder)
    hint = "no virtual environment could be made; on Debian and Ubuntu: apt-get install python3-venv"
    try:
        _call([python, "-m", "venv", str(environment.folder)], hint)
    except InstallError:
        shutil.rmtree(environment.folder, ignore_errors=True)
        raise


def _call(command: list[str], problem: str) -> None:
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
    except OSError as error:
        raise InstallError(f"{problem}: {error}") from error
    if done.returncode != 0:
        said = "\n".join(f"  {line}" for line in done.stdout.strip().splitlines()[-SHOWN_LINES:])
        raise InstallError(f"{problem}. Exit code {done.returncode} of {' '.join(command)}:\n{said}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
