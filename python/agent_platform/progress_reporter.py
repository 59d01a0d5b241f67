"""Progress of an attempt, at a bearable rate."""

from __future__ import annotations

import math
import threading
import time
from typing import Callable

from .attempt import Message
from .traces import well_formed

INTERVAL_SECONDS = 0.1


class ProgressReporter:
    """Sends the first progress at once and then the newest every 100 ms, so that a tight loop floods nobody."""

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self._lock = threading.RLock()
        self._sent_at = -math.inf
        self._waiting: Message | None = None
        self._timer: threading.Timer | None = None

    def report(self, percent: float, message: str | None) -> None:
        with self._lock:
            self._waiting = {"type": "progress", "percent": _checked_percent(percent)}
            if message is not None:
                self._waiting["message"] = well_formed(str(message))
            due_in = self._sent_at + INTERVAL_SECONDS - time.monotonic()
            if due_in <= 0:
                self.flush()
            elif self._timer is None:
                self._timer = threading.Timer(due_in, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Sends what waits, now."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._waiting is not None:
                waiting, self._waiting = self._waiting, None
                self._sent_at = time.monotonic()
                self._send(waiting)


def _checked_percent(percent: float) -> float:
    number = float(percent)
    if math.isnan(number):
        raise ValueError("percent must be a number from 0 to 100, not nan")
    number = min(100.0, max(0.0, number))
    return int(number) if number.is_integer() else number
