"""When an agent runs by itself, as its class says it and as the platform reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, Union

from .errors import InvalidAgentError

_Beginning = TypedDict("_Beginning", {"from": Union[str, datetime]}, total=False)  # a keyword can't stand in a class


class Schedule(_Beginning, total=False):
    """When an agent runs by itself: exactly one of ``cron``, ``every_ms`` and ``at`` says it.

    Instants are texts such as ``2026-12-24T18:00:00Z``, or aware ``datetime`` objects; whole seconds. The key ``from``
    goes with ``every_ms``: the first fire, from which the others are counted. Defaults to the epoch.
    """

    name: str
    """Unique within the agent, ``[a-z0-9_]{1,50}``. Defaults to ``default``."""
    cron: str
    """5 fields, or 6 with seconds first: ``30 4 * * *`` is every day at 4:30."""
    every_ms: int
    """Milliseconds between two fires, whole seconds."""
    at: str | datetime
    """The one instant at which it fires."""
    time_zone: str
    """IANA time zone of the cron expression, such as ``Europe/Madrid``. Defaults to ``UTC``."""
    input: dict[str, Any]
    """Input of every run that this schedule fires."""
    missed_fires: str
    """What becomes of fires that nobody was there for: ``skip``, ``last`` (default) or ``all``."""
    missed_window_ms: int
    """For how long after its instant a missed fire may still be made up for. Defaults to 7 days."""
    missed_max: int
    """Of ``all``: how many at most, the latest ones. Defaults to 100."""
    overlap: str
    """What becomes of a fire while the run before goes on: ``allow``, ``skip`` (default) or ``queue``."""
    queue_max: int
    """Of ``queue``: how many fires may wait. Defaults to 1."""


_RULES = ("cron", "every_ms", "at")
_INSTANTS = ("at", "from")
_FIELDS = {
    "name": "name",
    "cron": "cron",
    "every_ms": "everyMs",
    "from": "from",
    "at": "at",
    "time_zone": "timeZone",
    "input": "input",
    "missed_fires": "missedFires",
    "missed_window_ms": "missedWindowMs",
    "missed_max": "missedMax",
    "overlap": "overlap",
    "queue_max": "queueMax",
}


def declared_schedule(schedule: object) -> dict[str, Any]:
    """The schedule in camelCase. Its bounds are for the platform to check.

    Raises InvalidAgentError, whose message follows the name of the attribute.
    """
    if not isinstance(schedule, Mapping):
        raise InvalidAgentError(f' must be a dict such as {{"cron": "0 4 * * *"}}, not {schedule!r:.80}')
    for field in schedule:
        if field not in _FIELDS:
            raise InvalidAgentError(f" may have {', '.join(_FIELDS)}, not {field!r:.80}")
    given = {field: value for field, value in schedule.items() if value is not None}
    if sum(rule in given for rule in _RULES) != 1:
        raise InvalidAgentError(" must have exactly one of cron, every_ms and at")
    if not isinstance(given.get("cron", ""), str):
        raise InvalidAgentError(f"['cron'] must be a cron expression, not {given['cron']!r:.80}")
    return {_FIELDS[field]: _plain(field, value) for field, value in given.items()}


def _plain(field: str, value: object) -> object:
    if field not in _INSTANTS or isinstance(value, str):
        return value
    if not isinstance(value, datetime) or value.tzinfo is None:
        form = "a text such as 2026-12-24T18:00:00Z or a datetime with a time zone"
        raise InvalidAgentError(f"[{field!r}] must be {form}, not {value!r:.80}")
    return value.isoformat()
