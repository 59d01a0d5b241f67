"""The Celery worker: runs the agent and posts what it measured to the collector."""

import time
from datetime import datetime, timezone

import requests
from celery import Celery
from celery.signals import worker_ready
from settings import AGENTS, BROKER_URL, COLLECTOR_URL

app = Celery("worker", broker=BROKER_URL)
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=4,
    broker_connection_retry_on_startup=True,
)

session = requests.Session()


@worker_ready.connect
def tell_that_it_works(**_) -> None:
    print("The worker is ready", flush=True)


def run_agent() -> dict:
    """The agent, which does nothing."""
    return {"begun_at_ms": time.time() * 1000, "rows": 3, "ratio": 0.25, "complete": True, "city": "Málaga"}


@app.task(name="run")
def run(request_id: str, published_at_ms: float) -> None:
    started_at = datetime.now(timezone.utc)
    metrics = run_agent()
    report = {
        "request_id": request_id,
        "agent_name": f"noop_{int(request_id.rsplit('-', 1)[1]) % AGENTS}",
        "requested_at": datetime.fromtimestamp(published_at_ms / 1000, timezone.utc).isoformat(),
        "started_at": started_at.isoformat(),
        "finished_at": datetime.now(timezone.utc).isoformat(),
        "input": {"published_at_ms": published_at_ms},
        "metrics": metrics,
    }
    session.post(COLLECTOR_URL, json=report, timeout=10).raise_for_status()
