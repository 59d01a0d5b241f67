"""Virtual environments of agents: one for each folder that has a ``requirements.txt``."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

FOLDER_NAME = ".venv"
_MARKER = "requirements.sha256"


class Environment:
    """The virtual environment of an agent's folder, installed or not."""

    def __init__(self, agent_folder: Path) -> None:
        self.folder = agent_folder / FOLDER_NAME
        self.requirements = agent_folder / "requirements.txt"

    @property
    def is_needed(self) -> bool:
        return self._requirements_hash() is not None

    @property
    def is_current(self) -> bool:
        """True when what is installed is what ``requirements.txt`` names now, to the end."""
        try:
            installed = (self.folder / _MARKER).read_text(encoding="ascii")
        except OSError:
            return False
        return self.python.exists() and installed == self._requirements_hash()

    @property
    def python(self) -> Path:
        return python_in(self.folder)

    def mark_installed(self) -> None:
        (self.folder / _MARKER).write_text(self._requirements_hash() or "", encoding="ascii")

    def _requirements_hash(self) -> str | None:
        """None where no requirement is named."""
        try:
            text = self.requirements.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        lines = [line.strip() for line in text.splitlines()]
        named = [line for line in lines if line and not line.startswith("#")]
        return hashlib.sha256("\n".join(named).encode()).hexdigest() if named else None


def python_in(environment_folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment_folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
