"""Runs an agent's code once."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable
from typing import Any

from .attempt import Attempt, Message
from .errors import Cancelled, NonRetryable
from .output import output_of
from .run_context import RunContext
from .traces import message_of, trace_of


def outcome_of(agent: Any, attempt: Attempt, context: RunContext) -> Message:
    """The ``result`` or ``error`` of the attempt, whatever the agent does."""
    try:
        instance = agent()
        with contextlib.suppress(AttributeError):  # a class that is no BaseAgent may allow no attributes
            instance.context = context
        returned = instance.run()
        if hasattr(returned, "__await__"):
            returned = _awaited(returned, attempt)
        output = output_of(returned)
        return {"type": "result", "metrics": output.metrics, "result": output.result}
    except BaseException as error:  # SystemExit and KeyboardInterrupt cost the attempt, not the worker
        return error_message(error, attempt.cancelled)


def error_message(error: BaseException, cancelled: bool = False) -> Message:
    name = type(error).__name__
    message = message_of(error)
    if cancelled and name == "CancelledError":  # asyncio's, which says nothing
        name, message = Cancelled.__name__, message or "the attempt was cancelled"
    if isinstance(error, SystemExit):
        message = f"the agent called sys.exit({message})"
    return {
        "type": "error",
        "error_type": name,
        "message": message,
        "trace": trace_of(error),
        "retryable": not isinstance(error, NonRetryable),
    }


def _awaited(run: Awaitable[Any], attempt: Attempt) -> Any:
    """Runs a coroutine in a loop of its own, as a task that is cancelled with the attempt."""
    import asyncio  # half of what a worker would take to start, and most agents don't need it

    async def supervised() -> Any:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(run)

        def cancel() -> None:
            loop.call_soon_threadsafe(task.cancel)

        attempt.call_on_cancel(cancel)
        try:
            return await task
        finally:
            attempt.call_on_cancel(None)

    return asyncio.run(supervised())
