"""The worker's line to its parent."""

from __future__ import annotations

import collections
import json
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

from .attempt import Message

PROTOCOL = 1
MAX_LINE_BYTES = 1_048_576
_READ_BYTES = 262_144


class UnsendableMessage(Exception):
    """The message is not JSON, or too long for a line."""


class Channel:
    """Sends and receives protocol messages on duplicates of the standard input and output of the process.

    Afterwards standard input is empty and standard output is standard error, for this process and for whatever it
    starts, so that nothing an agent does with them meets the protocol.
    """

    def __init__(self) -> None:
        self._in = os.dup(0)
        self._out = os.dup(1)
        self._lock = threading.RLock()
        self._waiting: collections.deque[bytes] = collections.deque()
        self._is_writing = False
        empty = os.open(os.devnull, os.O_RDWR)
        os.dup2(empty, 0)
        os.dup2(2, 1)
        os.close(empty)

    def send(self, message: Message) -> None:
        """Raises UnsendableMessage. Does not return when the parent is gone."""
        line = _encoded(message)
        with self._lock:
            self._waiting.append(line)
            if self._is_writing:  # a finalizer that prints came in between; the line goes out below
                return
            self._is_writing = True
            try:
                while self._waiting:
                    self._write(self._waiting.popleft())
            finally:
                self._is_writing = False

    def messages(self) -> Iterator[Message]:
        """The parent's messages, until it closes its end. What is no message is noted on standard error."""
        rest = b""
        while True:
            chunk = self._read()
            if not chunk:
                return
            if b"\n" not in chunk:
                rest += chunk
                continue
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                message = _decoded(line)
                if message is not None:
                    yield message

    def disconnect(self) -> None:
        """For a forked child: it must neither hear nor speak for its parent."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, self._in)
        os.dup2(nowhere, self._out)
        os.close(nowhere)
        self._lock = threading.RLock()
        self._is_writing = False
        self._waiting.clear()

    def _read(self) -> bytes:
        try:
            return os.read(self._in, _READ_BYTES)
        except OSError:
            return b""

    def _write(self, line: bytes) -> None:
        view = memoryview(line)
        try:
            while view:
                view = view[os.write(self._out, view) :]
        except OSError:  # nobody reads any more
            exit_now(0)


def exit_now(code: int) -> NoReturn:
    """Ends the process at once, on any thread, whatever the others do; and with it what the agent has started."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(code)


def _encoded(message: Message) -> bytes:
    try:
        text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise UnsendableMessage(f"is not JSON: {error}") from error
    try:
        line = text.encode("utf-8") + b"\n"
    except UnicodeEncodeError as error:
        raise UnsendableMessage("has text that is not well-formed: half of a surrogate pair") from error
    if len(line) > MAX_LINE_BYTES:
        limit = f"takes {len(line)} bytes; a line of the protocol may have {MAX_LINE_BYTES}"
        raise UnsendableMessage(f"{limit}. Store large results elsewhere and return where")
    return line


def _decoded(line: bytes) -> Any:
    if not line.strip():
        return None
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if isinstance(message, dict):
        return message
    os.write(2, f"agent_platform: {len(line)} bytes on standard input were no message\n".encode())
    return None


def ignore_signals() -> None:
    """Leaves the end of runs to the parent. Handlers, so that what an agent starts has the default again."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _do_nothing)
        signal.signal(signal.SIGINT, _do_nothing)


def restore_signals() -> None:
    """For a forked child."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _do_nothing(_number: int, _frame: Any) -> None:
    """The system call that the signal interrupted is tried again."""
