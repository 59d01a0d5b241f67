"""Runs agents for an executor: ``python -m agent_platform.worker <agent.py, folder or module:Class>``.

Speaks child protocol 1 (docs/child-protocol.md) on its standard input and output. Exit codes: 0 when its input has
ended (SIGKILL where it leads a process group, which ends with it), 1 when an agent can't be loaded, 2 for wrong usage.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import platform
import queue
import sys
import threading
from typing import Any, NoReturn

from . import __version__
from .attempt import Attempt, Message
from .cache import PendingReplies
from .captured_output import CapturedStream, CurrentRunLog, RunLogHandler
from .channel import PROTOCOL, Channel, UnsendableMessage, exit_now, ignore_signals, restore_signals
from .declaration import declaration_of
from .errors import CacheError, Cancelled, InvalidAgentError
from .execution import error_message, outcome_of
from .loading import Agents, load_agents
from .run_context import RunContext
from .traces import described


class AttemptCache:
    """Asks the parent on behalf of one attempt."""

    def __init__(self, attempt: Attempt, replies: PendingReplies) -> None:
        self._attempt = attempt
        self._replies = replies

    def ask(self, message: Message) -> Any:
        number = self._replies.expect()
        try:
            self._attempt.send({**message, "n": number})
        except UnsendableMessage as error:
            raise CacheError(f"the value {error}") from error
        return self._replies.wait(number)


class Worker:
    """One attempt after the other on the main thread; a thread of its own listens meanwhile."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._agents: Agents = {}
        self._runs: queue.SimpleQueue[tuple[Attempt, Message]] = queue.SimpleQueue()
        self._attempts: dict[str, Attempt] = {}
        self._replies = PendingReplies()
        self._log = CurrentRunLog(sys.stderr)
        self._streams = [
            CapturedStream(sys.stdout, "info", self._log.write),
            CapturedStream(sys.stderr, "warn", self._log.write),
        ]

    def start(self, target: str) -> None:
        """Loads the agents and says hello. Raises InvalidAgentError."""
        sys.stdout, sys.stderr = self._streams
        root = logging.getLogger()
        root.addHandler(RunLogHandler(self._log.write))
        root.setLevel(logging.INFO)
        os.register_at_fork(after_in_child=self._become_forked_child)
        threading.Thread(target=self._listen, name="agent_platform", daemon=True).start()
        self._agents = load_agents(target)
        program = f"agent_platform {__version__}, Python {platform.python_version()}"
        declarations = [declaration_of(agent) for agent in self._agents.values()]
        self._channel.send(
            {"type": "hello", "protocol": PROTOCOL, "program": program, "agents": declarations}
        )

    def work(self) -> None:
        """Runs what the parent asks for. The end of its input ends the process, so this never returns."""
        while True:
            self._run(*self._runs.get())

    def _listen(self) -> None:
        try:
            for message in self._channel.messages():
                try:
                    self._receive(message)
                except Exception as error:  # one bad message must not make this process deaf
                    os.write(2, f"agent_platform: {message.get('type')!r:.40}: {described(error)}\n".encode())
        finally:
            exit_now(0)

    def _receive(self, message: Message) -> None:
        kind = message.get("type")
        if kind == "ping":
            self._channel.send({"type": "pong", "n": message.get("n")})
        elif kind == "run":
            attempt = Attempt(str(message.get("id")), self._channel.send)
            self._attempts[attempt.id] = attempt
            self._runs.put((attempt, message))
        elif kind == "cancel":
            cancelled = self._attempts.get(str(message.get("id")))
            if cancelled is not None:
                cancelled.cancel(str(message.get("reason", "cancelled")))
        elif kind == "cache_reply":
            self._replies.arrived(message)

    def _run(self, attempt: Attempt, message: Message) -> None:
        self._log.attempt = attempt
        outcome = self._outcome_of(attempt, message)
        for stream in self._streams:
            stream.finish_lines()
        self._log.attempt = None
        self._attempts.pop(attempt.id, None)  # before the answer, after which the parent may use the id again
        self._answer(attempt, outcome)
        attempt.end()

    def _outcome_of(self, attempt: Attempt, message: Message) -> Message:
        agent = self._agents.get(str(message.get("agent")))
        if agent is None:
            return _refusal(f"this worker has no agent {message.get('agent')!r}", error_type="UnknownAgent")
        if attempt.cancelled:
            return error_message(Cancelled("cancelled before it was started"))
        context = RunContext(
            attempt,
            request_id=str(message.get("request_id", "")),
            number=int(message.get("attempt", 1)),
            input=message.get("input") or {},
            cache=AttemptCache(attempt, self._replies),
        )
        outcome = outcome_of(agent, attempt, context)
        context.flush()
        return outcome

    def _answer(self, attempt: Attempt, outcome: Message) -> None:
        try:
            attempt.send(outcome)
        except UnsendableMessage as error:  # only what an agent returns has no bounds
            attempt.send(_refusal(f"the output of the run {error}", error_type="InvalidOutput"))

    def _become_forked_child(self) -> None:
        self._log.attempt = None
        self._channel.disconnect()
        for stream in self._streams:
            stream.forget_lines()
        restore_signals()


def _refusal(message: str, error_type: str) -> Message:
    return {"type": "error", "error_type": error_type, "message": message, "trace": "", "retryable": False}


def main(arguments: list[str]) -> NoReturn:
    """Never returns: the end is one for every thread, also of an agent that has loaded by half."""
    code = _main(arguments)
    sys.stderr.flush()
    os._exit(code)


def _main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(
            "Usage: python -m agent_platform.worker <agent.py, folder or module.path:ClassName>\n"
        )
        return 2
    ignore_signals()
    faulthandler.enable(file=2)  # the last words of a process that crashes in native code
    channel = Channel()
    worker = Worker(channel)
    try:
        worker.start(arguments[0])
    except InvalidAgentError as error:
        refusal = _refusal(str(error), error_type=type(error).__name__)
        channel.send({**refusal, "trace": error.trace})
        return 1
    worker.work()
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
