"""What ``run`` returns, and what of it can be stored."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Union

MetricValue = Union[int, float, bool, str]

MAX_METRICS = 1_000
MAX_NAME_LENGTH = 200
MAX_TEXT_LENGTH = 8_192


class Output:
    """Metrics of a run together with its result: ``return Output({"rows": 3}, result={...})``.

    ``result`` is any JSON value; with the metrics and the input it must fit into 1 MB.
    """

    def __init__(self, metrics: Mapping[str, MetricValue] | None = None, result: Any = None) -> None:
        self.metrics: Mapping[str, MetricValue] = {} if metrics is None else metrics
        self.result = result


def output_of(returned: object) -> Output:
    """Either form of what ``run`` returns as an ``Output`` that can be stored.

    Raises TypeError or ValueError naming what can't.
    """
    if isinstance(returned, Output):
        return Output(_checked_metrics(returned.metrics), returned.result)
    if not isinstance(returned, Mapping):
        raise TypeError(f"run() must return a dict of metrics or an Output, not {_shown(returned)}")
    return Output(_checked_metrics(returned))


def checked_metric(name: object, value: object) -> MetricValue:
    """The value as it is stored. Raises TypeError or ValueError naming the metric."""
    if not isinstance(name, str):
        raise TypeError(f"the name of a metric must be a str, not {_shown(name)}")
    if not 0 < len(name) <= MAX_NAME_LENGTH or not _is_storable(name):
        raise ValueError(
            f"metric name {name[:40]!r} must be 1 to {MAX_NAME_LENGTH} characters of well-formed text"
        )
    if isinstance(value, str):
        return _checked_text(name, value)
    return _checked_number(name, value)


def _checked_metrics(metrics: object) -> dict[str, MetricValue]:
    if not isinstance(metrics, Mapping):
        raise TypeError(f"metrics must be a dict, not {_shown(metrics)}")
    if len(metrics) > MAX_METRICS:
        raise ValueError(f"{len(metrics)} metrics; a run may have {MAX_METRICS}")
    return {name: checked_metric(name, value) for name, value in metrics.items()}


def _checked_text(name: str, value: str) -> str:
    if len(value) > MAX_TEXT_LENGTH:
        raise ValueError(f"metric {name!r} must be at most {MAX_TEXT_LENGTH} characters of text")
    if not _is_storable(value):
        raise ValueError(f"metric {name!r} must be well-formed text without NUL characters")
    return str(value)


def _checked_number(name: str, value: object) -> MetricValue:
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):  # the latter two are numpy's
        return bool(value)
    number: int | float
    if isinstance(value, numbers.Integral):
        number = int(value)
    elif isinstance(value, (numbers.Real, Decimal)):
        number = float(value)
    else:
        raise TypeError(f"metric {name!r} must be a number, a bool or text, not {_shown(value)}")
    if not _is_finite(number):
        raise ValueError(f"metric {name!r} must be a finite number, not {str(value)[:40]}")
    return number


def _is_finite(number: int | float) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def _is_storable(text: str) -> bool:
    """Postgres can store neither NUL nor half of a surrogate pair."""
    try:
        return b"\0" not in text.encode("utf-8")
    except UnicodeEncodeError:
        return False


def _shown(value: object) -> str:
    return "None" if value is None else type(value).__name__
