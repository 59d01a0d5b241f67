"""One attempt, as it is known to the threads that take part in it."""

from __future__ import annotations

import threading
from typing import Any, Callable

Message = dict[str, Any]


class Attempt:
    """Carries messages about an attempt outwards while it lasts, and the order to end inwards."""

    def __init__(self, id: str, send: Callable[[Message], None]) -> None:
        self.id = id
        self.cancel_reason: str | None = None
        self._send = send
        self._over = False
        self._cancelled = threading.Event()
        self._on_cancel: Callable[[], None] | None = None
        self._lock = threading.Lock()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def wait_for_cancel(self, seconds: float) -> bool:
        """True as soon as the attempt is cancelled, False when the time is over."""
        return self._cancelled.wait(seconds)

    def send(self, message: Message) -> None:
        """Sends a message; nothing after the end, when only a forgotten thread can still call."""
        if not self._over:
            self._send({**message, "id": self.id})

    def cancel(self, reason: str) -> None:
        with self._lock:
            if self._cancelled.is_set():
                return
            self.cancel_reason = reason
            self._cancelled.set()
            if self._on_cancel is not None:
                self._on_cancel()

    def call_on_cancel(self, callback: Callable[[], None] | None) -> None:
        """Sets what is called, on any thread, when the attempt is cancelled; at once when it already is."""
        with self._lock:
            self._on_cancel = callback
            if callback is not None and self._cancelled.is_set():
                callback()

    def end(self) -> None:
        self._over = True
