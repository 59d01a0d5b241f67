"""Asks for runs: all at once, or at an even pace."""

import os
import time

from worker import app, run

prefix = os.environ["PEER_PREFIX"]
count = int(os.environ["PEER_COUNT"])
per_second = float(os.environ.get("PEER_PER_SECOND", "0"))

began_at = time.monotonic()
with app.producer_pool.acquire(block=True) as producer:
    for number in range(1, count + 1):
        if per_second > 0:
            time.sleep(max(0.0, began_at + number / per_second - time.monotonic()))
        run.apply_async((f"{prefix}-{number}", time.time() * 1000), producer=producer)
