"""What an agent prints or logs, as log lines of its run."""

from __future__ import annotations

import io
import logging
import threading
from typing import Any, Callable, TextIO

from .attempt import Attempt
from .run_context import MAX_LOG_LENGTH, log_message

Write = Callable[[str, str], None]


class CurrentRunLog:
    """Writes a line to the log of the attempt that is on, or to standard error when none is."""

    def __init__(self, standard_error: TextIO) -> None:
        self.attempt: Attempt | None = None
        self._standard_error = standard_error

    def write(self, level: str, line: str) -> None:
        attempt = self.attempt
        if attempt is None:
            self._standard_error.write(f"{line}\n")
            self._standard_error.flush()
        else:
            attempt.send(log_message(level, line))


class CapturedStream(io.TextIOBase):
    """Stands in for ``sys.stdout`` or ``sys.stderr``. ``buffer`` and ``fileno`` are those of the real stream."""

    def __init__(self, real: TextIO, level: str, write: Write) -> None:
        super().__init__()
        self._real = real
        self._level = level
        self._write = write
        self._lock = threading.RLock()
        self._begun: dict[int, str] = {}

    @property
    def buffer(self) -> Any:
        return self._real.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def fileno(self) -> int:
        return self._real.fileno()

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Lines of several threads stay whole; of a line that overwrites itself, the last state counts."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        thread = threading.get_ident()
        with self._lock:
            *lines, begun = (self._begun.pop(thread, "") + text).split("\n")
            if len(begun) > MAX_LOG_LENGTH:
                begun = begun.rpartition("\r")[2]
            if len(begun) > MAX_LOG_LENGTH:
                lines.append(begun)
                begun = ""
            if begun:
                self._begun[thread] = begun
        for line in lines:
            self._line(line)
        return len(text)

    def flush(self) -> None:
        """Of ``buffer``; a line goes out when it is whole."""
        self._real.flush()

    def finish_lines(self) -> None:
        """Writes the lines that have been begun."""
        self.flush()
        with self._lock:
            begun, self._begun = self._begun, {}
        for line in begun.values():
            self._line(line)

    def forget_lines(self) -> None:
        """For a forked child."""
        self._lock = threading.RLock()
        self._begun = {}

    def _line(self, line: str) -> None:
        shown = line.rstrip("\r").rpartition("\r")[2]
        if shown.strip():
            self._write(self._level, shown)


class RunLogHandler(logging.Handler):
    """Lets the standard ``logging`` module write to the run's log."""

    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._write(_level_of(record.levelno), self._text_of(record))
        except Exception:
            self.handleError(record)

    def _text_of(self, record: logging.LogRecord) -> str:
        text = self.format(record)
        return text if record.name == "root" else f"{record.name}: {text}"


def _level_of(number: int) -> str:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warn"
    return "info" if number >= logging.INFO else "debug"
