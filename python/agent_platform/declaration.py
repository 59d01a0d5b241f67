"""What an agent's class says of it, as the platform reads it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Callable

from .errors import InvalidAgentError
from .input_schema import declared_input_schema
from .schedules import declared_schedule

_AGENT_NAME = re.compile(r"[a-z0-9_]{1,100}")


def declaration_of(agent: type) -> dict[str, Any]:
    """The declaration in camelCase, without the fields whose default the platform knows.

    Raises InvalidAgentError naming the class and the attribute.
    """
    name = getattr(agent, "name", None)
    if not isinstance(name, str) or not _AGENT_NAME.fullmatch(name):
        raise _problem(agent, "name", "must be 1 to 100 characters of a-z, 0-9 and _", name)
    declaration: dict[str, Any] = {"name": name, "description": _description_of(agent)}
    for attribute, (field, translated) in _ATTRIBUTES.items():
        value = getattr(agent, attribute, None)
        if value is not None:
            declaration[field] = translated(agent, attribute, value)
    declaration["schedules"] = _schedules_of(agent)
    input_schema = getattr(agent, "input_schema", None)
    if input_schema is not None:
        declaration["inputSchema"] = _told(agent, "input_schema", declared_input_schema, input_schema)
    notifications = getattr(agent, "notifications", None)
    if notifications:
        declaration["notifications"] = _notifications(agent, notifications)
    return declaration


def _description_of(agent: type) -> str:
    description = getattr(agent, "description", None)
    if description is None:
        description = (agent.__doc__ or "").strip().split("\n")[0].strip()
    if not isinstance(description, str):
        raise _problem(agent, "description", "must be text", description)
    return description


def _whole(agent: type, attribute: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _problem(agent, attribute, "must be a whole number", value)
    return value


def _milliseconds(agent: type, attribute: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _problem(agent, attribute, "must be a number of seconds", value)
    return round(value * 1000)


_Translation = Callable[[type, str, object], Any]
_ATTRIBUTES: dict[str, tuple[str, _Translation]] = {
    "concurrency": ("concurrency", _whole),
    "concurrency_per_executor": ("concurrencyPerExecutor", _whole),
    "attempt_limit": ("attemptLimit", _whole),
    "retry_delay_seconds": ("retryDelayMs", _milliseconds),
    "time_limit_seconds": ("timeLimitMs", _milliseconds),
    "kill_grace_seconds": ("killGraceMs", _milliseconds),
    "memory_limit_mb": ("memoryLimitMb", _whole),
    "breaker_failures": ("breakerFailures", _whole),
    "breaker_pause_seconds": ("breakerPauseMs", _milliseconds),
}


def _schedules_of(agent: type) -> list[dict[str, Any]]:
    schedules = getattr(agent, "schedules", None) or []
    if not isinstance(schedules, (list, tuple)):
        raise _problem(agent, "schedules", "must be a list", schedules)
    return [
        _told(agent, f"schedules[{index}]", declared_schedule, schedule)
        for index, schedule in enumerate(schedules)
    ]


def _told(
    agent: type, attribute: str, declare: Callable[[object], dict[str, Any]], value: object
) -> dict[str, Any]:
    """What ``declare`` makes of a value; its problems get the name of the class and the attribute."""
    try:
        return declare(value)
    except InvalidAgentError as error:
        raise InvalidAgentError(f"{agent.__name__}.{attribute}{error}") from error


def _notifications(agent: type, rules: object) -> list[dict[str, Any]]:
    if not isinstance(rules, (list, tuple)) or not all(isinstance(rule, Mapping) for rule in rules):
        raise _problem(agent, "notifications", "must be a list of dicts", rules)
    return [dict(rule) for rule in rules]


def _problem(agent: type, attribute: str, requirement: str, value: object) -> InvalidAgentError:
    return InvalidAgentError(f"{agent.__name__}.{attribute} {requirement}, not {value!r:.80}")
