"""A worker as a process of its own, and its parent's side of the protocol."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

PYTHON = Path(__file__).resolve().parent.parent
FIXTURES = PYTHON / "tests" / "fixtures"
ANSWER_SECONDS = 15


class WorkerProcess:
    def __init__(self, target: str = str(FIXTURES), own_group: bool = True) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(PYTHON / "run_worker.py"), target],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"]},
            start_new_session=own_group,
        )
        self.messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.errors: list[str] = []
        self._threads = [
            threading.Thread(target=read, daemon=True) for read in (self._read, self._read_errors)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, **message: Any) -> None:
        self.write(json.dumps(message) + "\n")

    def write(self, text: str) -> None:
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def start_run(self, agent: str, input: dict[str, Any] | None = None, id: str = "r:1") -> None:
        request_id, _, attempt = id.rpartition(":")
        self.send(
            type="run",
            id=id,
            agent=agent,
            request_id=request_id,
            attempt=int(attempt),
            input=input or {},
            time_limit_ms=60_000,
        )

    def next(self) -> dict[str, Any]:
        message = self.messages.get(timeout=ANSWER_SECONDS)
        if message is None:
            raise AssertionError(f"the worker has ended: {self.errors}")
        return message

    def until(self, *types: str) -> list[dict[str, Any]]:
        """The messages up to the first one of these types."""
        messages = [self.next()]
        while messages[-1]["type"] not in types:
            messages.append(self.next())
        return messages

    def outcome(self, agent: str, input: dict[str, Any] | None = None) -> dict[str, Any]:
        self.start_run(agent, input)
        return self.until("result", "error")[-1]

    def hello(self) -> dict[str, Any]:
        return self.until("hello")[-1]

    def close(self) -> int:
        """Ends the worker by the end of its input. Returns its exit code."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        code = self.process.wait(ANSWER_SECONDS)
        for thread in self._threads:
            thread.join(ANSWER_SECONDS)
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def _read(self) -> None:
        for line in self.process.stdout:
            self.messages.put(json.loads(line))
        self.messages.put(None)

    def _read_errors(self) -> None:
        for line in self.process.stderr:
            self.errors.append(line.decode(errors="replace").rstrip("\n"))
