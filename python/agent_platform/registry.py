"""Finds what workers are to be started for: ``python -m agent_platform.registry <folder of agents>``.

Prints one JSON object ``{"sources": [{"target", "command"}], "problems": ["..."]}``: each ``command`` starts a
worker, with no need of PYTHONPATH. It loads no agent, for each has an environment of its own. What is wrong with one
agent is a problem with its file and reason, and keeps no other from running.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

from .environments import Environment, python_in

REGISTRY_FILE = "registry.txt"
WORKER = Path(__file__).resolve().parent.parent / "run_worker.py"


class Source(NamedTuple):
    target: str
    """What the worker is started with."""
    command: list[str]
    """The worker: its interpreter and arguments."""


class Registry:
    """A folder of agents: ``<name>/agent.py`` each, and ``registry.txt`` for those that live elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.sources: list[Source] = []
        self.problems: list[str] = []
        self._folder = folder.resolve()
        if self._folder.is_dir():
            self._find_folders()
            self._read_registry()
        else:
            self.problems.append(f"{folder} is no folder")

    def _find_folders(self) -> None:
        for folder in sorted(self._folder.iterdir()):
            if not folder.is_dir() or folder.name.startswith((".", "_")):
                continue
            if not (folder / "agent.py").is_file():
                self.problems.append(f"{folder} has no agent.py")
                continue
            self._add_folder(folder)

    def _add_folder(self, folder: Path) -> None:
        environment = Environment(folder)
        if environment.is_needed and not environment.is_current:
            command = f"python3 python/install.py {folder.name}"
            self.problems.append(f"{environment.requirements} is not installed as it is now: {command}")
            return
        python = str(environment.python) if environment.is_needed else sys.executable
        self.sources.append(_source(str(folder), python))

    def _read_registry(self) -> None:
        file = self._folder / REGISTRY_FILE
        if not file.is_file():
            return
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            words = line.partition("#")[0].split()
            if words:
                self._add_line(words, f"{file}:{number}")

    def _add_line(self, words: list[str], origin: str) -> None:
        target, *environment = words
        path, separator, class_name = target.rpartition(":")
        if len(environment) > 1 or not separator or not class_name.isidentifier() or not path:
            form = "module.path:ClassName or path/to/file.py:ClassName, and perhaps the folder of its environment"
            self.problems.append(f"{origin}: a line must be {form}")
            return
        if path.endswith(".py"):
            file = self._folder / path
            if not file.is_file():
                self.problems.append(f"{origin}: {file} does not exist")
                return
            target = f"{file}:{class_name}"
        python = str(python_in(self._folder / environment[0])) if environment else sys.executable
        if not Path(python).exists():
            self.problems.append(f"{origin}: {python} does not exist")
            return
        self.sources.append(_source(target, python))


def _source(target: str, python: str) -> Source:
    return Source(target, [python, "-X", "utf8", str(WORKER), target])


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m agent_platform.registry <folder of agents>\n")
        return 2
    registry = Registry(Path(arguments[0]))
    sources = [source._asdict() for source in registry.sources]
    print(json.dumps({"sources": sources, "problems": registry.problems}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
