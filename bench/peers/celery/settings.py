"""What the bench tells worker, collector and producer."""

import os

AGENTS = 16
"""Runs in different agents do not wait for each other's daily sums."""

BROKER_URL = f"redis://127.0.0.1:{os.environ.get('REDIS_PORT', '6379')}/0"
COLLECTOR_URL = f"http://127.0.0.1:{os.environ.get('COLLECTOR_PORT', '8000')}/metrics"
DATABASE_URL = os.environ.get("DATABASE_URL", "").replace("postgres://", "postgresql+asyncpg://", 1)
