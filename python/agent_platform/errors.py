"""The errors that an agent may raise or meet."""


class NonRetryable(Exception):
    """Raised by an agent whose run must fail without further attempts."""


class Cancelled(Exception):
    """The attempt must end: its time is over, its executor stops, or somebody cancelled the run."""


class CacheError(Exception):
    """The cache could not be reached in time, or refused the value."""


class InvalidAgentError(Exception):
    """An agent can't be loaded or is declared wrongly. The message names its file and the reason."""

    def __init__(self, message: str, trace: str = "") -> None:
        super().__init__(message)
        self.trace = trace
