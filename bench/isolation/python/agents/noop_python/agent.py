"""Does nothing, in a child process of Python."""

import os
import time

from agent_platform import BaseAgent


class NoopPython(BaseAgent):
    name = "noop_python"
    description = "Does nothing, in a child process of Python"
    concurrency = int(os.environ.get("BENCH_CHILDREN", "4"))

    def run(self):
        return {"begun_at_ms": time.time() * 1000, "rows": 3, "ratio": 0.25, "complete": True, "city": "Málaga"}
