"""Agents in Python: extend ``BaseAgent``, give it a name, write ``run``."""

from .base_agent import BaseAgent
from .errors import CacheError, Cancelled, NonRetryable
from .output import MetricValue, Output
from .run_context import RunContext
from .schedules import Schedule

__version__ = "0.1.0"

__all__ = [
    "BaseAgent",
    "CacheError",
    "Cancelled",
    "MetricValue",
    "NonRetryable",
    "Output",
    "RunContext",
    "Schedule",
]
