"""Errors as text, within bounds."""

from __future__ import annotations

import traceback
from pathlib import Path

MAX_MESSAGE_LENGTH = 4_096
MAX_TRACE_LENGTH = 16_384

_OWN_FOLDER = str(Path(__file__).parent)


def message_of(error: BaseException) -> str:
    """The message of an error, even of one that can't say it."""
    try:
        message = str(error)
    except Exception as other:
        message = f"(its message could not be read: {type(other).__name__})"
    return _cut(well_formed(message), MAX_MESSAGE_LENGTH)


def described(error: BaseException) -> str:
    message = message_of(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def trace_of(error: BaseException) -> str:
    """The stack of an error from the agent's own code on."""
    try:
        trace = error.__traceback__
        while trace is not None and _is_own(trace.tb_frame.f_code.co_filename) and trace.tb_next is not None:
            trace = trace.tb_next
        text = "".join(traceback.format_exception(type(error), error, trace))
        return _cut(well_formed(text), MAX_TRACE_LENGTH)
    except Exception:  # an error whose str() fails, or whose source is gone
        return ""


def well_formed(text: str) -> str:
    """With question marks for halves of surrogate pairs, as undecodable file names have: no message may hold them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_own(file_name: str) -> bool:
    return file_name.startswith((_OWN_FOLDER, "<frozen importlib")) or "/importlib/" in file_name


def _cut(text: str, length: int) -> str:
    """Leaves out the middle: a stack's ends say what was called and what went wrong."""
    if len(text) <= length:
        return text
    half = length // 2
    return f"{text[:half]}\n… ({len(text) - length} characters left out) …\n{text[-half:]}"
