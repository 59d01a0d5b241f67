"""Runs an agent here and now, without a platform: ``python -m agent_platform.run <agent> --input '{...}'``.

Progress and log go to standard error; the last line, on standard output, is JSON with ``metrics`` and ``result``.
Exit codes: 0 success, 1 the agent failed, 2 it can't be run at all. Ctrl-C cancels, twice it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import signal
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

from .attempt import Attempt, Message
from .cache import MemoryCacheStore
from .environments import Environment
from .errors import InvalidAgentError
from .execution import outcome_of
from .loading import load_agents
from .run_context import RunContext

AGENTS_FOLDER = Path(__file__).resolve().parent.parent / "agents"


class Reporter:
    """Shows the messages of an attempt to a person, and adds up its metrics."""

    def __init__(self) -> None:
        self.metrics: dict[str, Any] = {}

    def show(self, message: Message) -> None:
        kind = message["type"]
        if kind == "progress":
            _say(f"{message['percent']:5.1f} %  {message.get('message', '')}".rstrip())
        elif kind == "log":
            _say(f"{message['level']:7}  {message['message']}")
        elif kind == "metric":
            self.metrics[message["name"]] = message["value"]
        elif kind == "usage":
            self._add_usage(message)

    def _add_usage(self, usage: Message) -> None:
        used = {field: usage.get(field, 0) for field in ("input_tokens", "output_tokens", "cost_usd")}
        for field, amount in {**used, "calls": 1}.items():
            if amount:
                self.metrics[f"usage_{field}"] = self.metrics.get(f"usage_{field}", 0) + amount


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    target = _target_of(options.agent)
    _change_to_its_environment(target)
    try:
        input = _input_of(options.input)
        with contextlib.redirect_stdout(sys.stderr):
            agents = load_agents(target)
        agent = _chosen(agents, options.agent)
    except (InvalidAgentError, ValueError) as error:
        _say(getattr(error, "trace", "") or str(error))
        return 2
    return _run(agent, input, options.time_limit)


def _run(agent: type, input: dict[str, Any], time_limit_seconds: float | None) -> int:
    reporter = Reporter()
    attempt = Attempt("local:1", reporter.show)
    context = RunContext(attempt, f"local-{uuid.uuid4()}", 1, input, MemoryCacheStore())
    logging.basicConfig(level=logging.INFO, format="%(levelname)-7s  %(name)s: %(message)s")
    _cancel_on_interrupt(attempt)
    if time_limit_seconds is not None:
        timer = threading.Timer(time_limit_seconds, attempt.cancel, ["timeout"])
        timer.daemon = True
        timer.start()
    with contextlib.redirect_stdout(sys.stderr):
        outcome = outcome_of(agent, attempt, context)
    context.flush()
    if outcome["type"] == "error":
        _say(outcome["trace"] or f"{outcome['error_type']}: {outcome['message']}")
        return 1
    output = {"metrics": {**reporter.metrics, **outcome["metrics"]}, "result": outcome["result"]}
    try:
        print(json.dumps(output, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError) as error:
        _say(f"the output of the run is not JSON: {error}")
        return 1
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m agent_platform.run", description="Runs an agent here and now."
    )
    parser.add_argument("agent", help="a folder of python/agents, a path, or module.path:ClassName")
    parser.add_argument("--input", default="{}", help="a JSON object")
    parser.add_argument("--time-limit", type=float, metavar="SECONDS", help="cancel the run after this time")
    return parser.parse_args(arguments)


def _input_of(text: str) -> dict[str, Any]:
    try:
        input = json.loads(text)
    except ValueError as error:
        raise ValueError(f"--input is not JSON: {error}") from None
    if not isinstance(input, dict):
        raise ValueError("--input must be a JSON object")
    return input


def _target_of(name: str) -> str:
    folder = AGENTS_FOLDER / name
    return str(folder) if name.isidentifier() and folder.is_dir() else name


def _chosen(agents: dict[str, type], name: str) -> type:
    if name in agents:
        return agents[name]
    if len(agents) > 1:
        raise ValueError(f"{name} has several agents; name a class: {name}/agent.py:ClassName")
    return next(iter(agents.values()))


def _change_to_its_environment(target: str) -> None:
    """Starts anew with the interpreter of the agent's own environment, if it has one."""
    environment = Environment(Path(target.partition(".py:")[0] if ".py:" in target else target))
    if not environment.is_current or Path(sys.prefix) == environment.folder.resolve():
        return
    package = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    command = [str(environment.python), "-m", "agent_platform.run", *sys.argv[1:]]
    os.execve(command[0], command, {**os.environ, "PYTHONPATH": path})


def _cancel_on_interrupt(attempt: Attempt) -> None:
    def interrupted(_number: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _say("cancelling; Ctrl-C again ends at once")
        attempt.cancel("cancelled")

    signal.signal(signal.SIGINT, interrupted)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
