"""The JSON Schema of an agent's input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .errors import InvalidAgentError

_MAX_BYTES = 65_536


def declared_input_schema(declared: object) -> dict[str, Any]:
    """The schema that a class declares: a dict, or a pydantic model.

    Raises InvalidAgentError, whose message follows the name of the attribute.
    """
    schema = _schema_of(declared)
    try:
        size = len(json.dumps(schema, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidAgentError(f" must be JSON: {error}") from error
    if size <= _MAX_BYTES:
        return schema
    reason = f"The schema of this input takes {size} bytes, more than {_MAX_BYTES}, so it is left out"
    return {"type": "object", "description": reason}


def _schema_of(declared: object) -> dict[str, Any]:
    if isinstance(declared, Mapping):
        return dict(declared)
    make = getattr(declared, "model_json_schema", None)
    if not isinstance(declared, type) or not callable(make):
        raise InvalidAgentError(
            f" must be a dict with a JSON Schema or a pydantic model, not {declared!r:.80}"
        )
    try:
        return dict(make())
    except Exception as error:  # pydantic says so of fields that JSON can't hold
        raise InvalidAgentError(f" has no JSON Schema: {error}") from error
