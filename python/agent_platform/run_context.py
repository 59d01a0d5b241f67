"""What an agent is told about its attempt, and what it can tell while it runs."""

from __future__ import annotations

from typing import Any

from .attempt import Attempt, Message
from .cache import Cache, CacheStore, MemoryCacheStore
from .errors import Cancelled
from .output import MetricValue, checked_metric
from .progress_reporter import ProgressReporter
from .traces import well_formed

MAX_LOG_LENGTH = 16_384


class RunLog:
    """Lines that are stored with the run. ``context.log("text")`` is ``context.log.info("text")``."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    def __call__(self, message: object) -> None:
        self._write("info", message)

    def debug(self, message: object) -> None:
        self._write("debug", message)

    def info(self, message: object) -> None:
        self._write("info", message)

    def warn(self, message: object) -> None:
        self._write("warn", message)

    warning = warn

    def error(self, message: object) -> None:
        self._write("error", message)

    def _write(self, level: str, message: object) -> None:
        self._attempt.send(log_message(level, str(message)))


class RunContext:
    """``self.context`` of an agent that runs. Every method may be called from any thread."""

    def __init__(
        self, attempt: Attempt, request_id: str, number: int, input: dict[str, Any], cache: CacheStore
    ) -> None:
        self._attempt = attempt
        self._progress = ProgressReporter(attempt.send)
        self.request_id = request_id
        """Identity of the run, the same in each of its attempts: make outside effects idempotent with it."""
        self.attempt = number
        """Which attempt of the run this is, from 1."""
        self.input = input
        """What the request, or the schedule, passes on. Empty when it passes nothing."""
        self.log = RunLog(attempt)
        self.cache = Cache(cache)

    @property
    def cancelled(self) -> bool:
        """True once the attempt must end. An ``async`` run is cancelled as an asyncio task as well."""
        return self._attempt.cancelled

    @property
    def cancel_reason(self) -> str | None:
        """``timeout``, ``drain`` or ``cancelled`` once the attempt must end."""
        return self._attempt.cancel_reason

    def check_cancelled(self) -> None:
        """Raises Cancelled if the attempt must end. Call it where stopping is safe, such as between two items."""
        if self.cancelled:
            raise Cancelled(f"the attempt must end: {self.cancel_reason}")

    def sleep(self, seconds: float) -> None:
        """``time.sleep`` that raises Cancelled as soon as the attempt must end."""
        self._attempt.wait_for_cancel(seconds)
        self.check_cancelled()

    def progress(self, percent: float, message: str | None = None) -> None:
        """How far the run is, from 0 to 100. May be called as often as convenient."""
        self._progress.report(percent, message)

    def metric(self, name: str, value: MetricValue) -> None:
        """Reports a metric before the end. What ``run`` returns under the same name wins."""
        stored = checked_metric(name, value)
        self._attempt.send({"type": "metric", "name": name, "value": stored})

    def usage(self, model: str, input_tokens: int, output_tokens: int, cost_usd: float | None = None) -> None:
        """Reports one call of a language model. The sums over the run become metrics."""
        message: Message = {"type": "usage", "model": well_formed(str(model))}
        message["input_tokens"] = _checked_count("input_tokens", input_tokens)
        message["output_tokens"] = _checked_count("output_tokens", output_tokens)
        if cost_usd is not None:
            message["cost_usd"] = float(checked_metric("cost_usd", float(cost_usd)))
        self._attempt.send(message)

    def flush(self) -> None:
        """Sends the progress that waits for its turn. The platform calls it at the end of the attempt."""
        self._progress.flush()


def _checked_count(name: str, value: object) -> int:
    number = checked_metric(name, value)
    if isinstance(number, (bool, str)) or number < 0 or number != int(number):
        raise ValueError(f"{name} must be a whole number from 0, not {value!r:.40}")
    return int(number)


def log_message(level: str, text: str) -> Message:
    """A message of the run's log, cut where it is too long for a line of it."""
    if len(text) > MAX_LOG_LENGTH:
        text = f"{text[:MAX_LOG_LENGTH]}… ({len(text)} characters)"
    return {"type": "log", "level": level, "message": well_formed(text)}


def detached_context(input: dict[str, Any] | None = None) -> RunContext:
    """A context that belongs to no run: it has an empty input unless given one, and tells nobody."""
    attempt = Attempt("detached:1", lambda _message: None)
    return RunContext(attempt, "detached", 1, {} if input is None else input, MemoryCacheStore())
