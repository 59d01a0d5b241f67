"""What an author of agents extends."""

from __future__ import annotations

from typing import Any, ClassVar

from .run_context import RunContext, detached_context
from .schedules import Schedule


class BaseAgent:
    """A piece of code that the platform runs.

    A subclass with a ``name`` is an agent. Each attempt has an instance of its own; keep what should outlive it,
    such as a model that takes long to load, in the module. What is not declared gets the platform's default.
    """

    name: ClassVar[str]
    """Unique on the platform, ``[a-z0-9_]{1,100}``."""
    description: ClassVar[str | None] = None
    """A sentence for the people who see it run. Defaults to the first line of the class's docstring."""
    schedules: ClassVar[list[Schedule]] = []
    input_schema: ClassVar[dict[str, Any] | type | None] = None
    """JSON Schema (draft 2020-12) of its input, or a pydantic model that has one: shown to those who ask for runs.

    Nobody checks inputs against it: ``Order(**self.context.input)`` in ``run`` does.
    """
    concurrency: ClassVar[int | None] = None
    """Runs at the same time over all executors."""
    concurrency_per_executor: ClassVar[int | None] = None
    attempt_limit: ClassVar[int | None] = None
    """How often a run is tried in all."""
    retry_delay_seconds: ClassVar[float | None] = None
    """Wait before the second attempt; each further wait is twice as long."""
    time_limit_seconds: ClassVar[float | None] = None
    """Time that an attempt may take until it is told to end."""
    kill_grace_seconds: ClassVar[float | None] = None
    """Time between the order to end and the end of the process."""
    memory_limit_mb: ClassVar[int | None] = None
    breaker_failures: ClassVar[int | None] = None
    """Failed attempts in a row that pause the agent; 0 for never."""
    breaker_pause_seconds: ClassVar[float | None] = None
    notifications: ClassVar[list[dict[str, Any]]] = []
    """Rules of the notifier."""

    _context: RunContext | None = None

    @property
    def context(self) -> RunContext:
        """What this attempt is told, and what it can tell. Outside a run, in a unit test say, it tells nobody."""
        if self._context is None:
            self._context = detached_context()
        return self._context

    @context.setter
    def context(self, context: RunContext) -> None:
        self._context = context

    def run(self) -> Any:
        """Does the work of one attempt; may be ``async``.

        Execution is at least once: what it does to the outside world should bear repetition.

        Returns a flat dict of metrics (numbers, booleans, texts), or ``Output`` with metrics and a result.
        Raises anything to fail the attempt, ``NonRetryable`` to fail the run without further attempts.
        """
        raise NotImplementedError(f"{type(self).__name__} has no run()")
