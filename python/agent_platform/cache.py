"""The cache of an agent: what it keeps between its runs."""

from __future__ import annotations

import threading
import time
from typing import Any, Protocol

from .attempt import Message
from .errors import CacheError

REPLY_SECONDS = 30.0


class CacheStore(Protocol):
    """Where a cache keeps its values."""

    def ask(self, message: Message) -> Any:
        """Carries out ``cache_get``, ``cache_put`` or ``cache_delete``. Raises CacheError."""


class Cache:
    """Shared by all runs of the agent, on all executors. Every method raises CacheError when the cache is away."""

    def __init__(self, store: CacheStore) -> None:
        self._store = store

    def get(self, key: str) -> Any:
        """The value, or None where there is none."""
        return self._store.ask({"type": "cache_get", "key": _checked_key(key)})

    def put(self, key: str, value: Any, ttl_seconds: float | None = None) -> None:
        """Keeps any JSON value except None; 24 hours without ``ttl_seconds``, 7 days at most."""
        if value is None:
            raise ValueError("the cache keeps no None; use delete")
        message = {"type": "cache_put", "key": _checked_key(key), "value": value}
        if ttl_seconds is not None:
            message["ttl_ms"] = max(1, round(ttl_seconds * 1000))
        self._store.ask(message)

    def delete(self, key: str) -> None:
        self._store.ask({"type": "cache_delete", "key": _checked_key(key)})


def _checked_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"the key of a cached value must be a str, not {type(key).__name__}")
    return key


class MemoryCacheStore:
    """A cache that ends with its process: for runs without a platform."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[Any, float | None]] = {}

    def ask(self, message: Message) -> Any:
        key = message["key"]
        if message["type"] == "cache_get":
            value, until = self._values.get(key, (None, None))
            return value if until is None or time.monotonic() < until else None
        self._values.pop(key, None)
        if message["type"] == "cache_put":
            ttl_ms = message.get("ttl_ms")
            self._values[key] = (message["value"], ttl_ms and time.monotonic() + ttl_ms / 1000)
        return None


class PendingReplies:
    """Questions to the parent that wait for a ``cache_reply``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._replies: dict[int, Message] = {}
        self._arrivals: dict[int, threading.Event] = {}

    def expect(self) -> int:
        """The number of a new question."""
        with self._lock:
            self._last += 1
            self._arrivals[self._last] = threading.Event()
            return self._last

    def arrived(self, reply: Message) -> None:
        with self._lock:
            arrival = self._arrivals.get(reply.get("n", 0))
            if arrival is not None:
                self._replies[reply["n"]] = reply
                arrival.set()

    def wait(self, number: int) -> Any:
        """The value of the reply. Raises CacheError when it is an error, or late."""
        self._arrivals[number].wait(REPLY_SECONDS)
        with self._lock:
            del self._arrivals[number]
            reply = self._replies.pop(number, None)
        if reply is None:
            raise CacheError(f"the cache has not answered within {REPLY_SECONDS:.0f} s")
        if reply.get("error"):
            raise CacheError(str(reply["error"]))
        return reply.get("value")
