"""The collector: FastAPI and SQLAlchemy, one transaction for each report, 201 after its commit."""

import uuid
from contextlib import asynccontextmanager
from datetime import date, datetime, timezone
from decimal import Decimal

from fastapi import Depends, FastAPI
from pydantic import BaseModel, Field
from settings import DATABASE_URL
from sqlalchemy import BigInteger, ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Timestamp = TIMESTAMP(timezone=True)


class Base(DeclarativeBase):
    pass


class AgentRun(Base):
    __tablename__ = "agent_runs"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    request_id: Mapped[str]
    agent_name: Mapped[str]
    status: Mapped[str]
    trigger: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(Timestamp)
    started_at: Mapped[datetime] = mapped_column(Timestamp)
    finished_at: Mapped[datetime] = mapped_column(Timestamp)
    attempt: Mapped[int]
    input: Mapped[dict | None] = mapped_column(JSONB)
    error_message: Mapped[str | None]


class AgentMetric(Base):
    __tablename__ = "agent_metrics"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("agent_runs.id"))
    agent_name: Mapped[str]
    metric_name: Mapped[str]
    metric_value: Mapped[Decimal | None]
    metric_text: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(Timestamp)


class DailySummary(Base):
    __tablename__ = "agent_daily_summaries"

    agent_name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    runs_success: Mapped[int] = mapped_column(BigInteger)
    runs_failed: Mapped[int] = mapped_column(BigInteger)
    duration_count: Mapped[int] = mapped_column(BigInteger)
    duration_ms_sum: Mapped[Decimal]
    duration_ms_min: Mapped[Decimal | None]
    duration_ms_max: Mapped[Decimal | None]


class Report(BaseModel):
    agent_name: str = Field(pattern="^[a-z0-9_]{1,100}$")
    metrics: dict[str, bool | int | float | str]
    started_at: datetime
    finished_at: datetime
    error: str | None = None
    request_id: str | None = None
    requested_at: datetime | None = None
    input: dict | None = None


engine = create_async_engine(DATABASE_URL, pool_size=8, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def lifespan(_: FastAPI):
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def session():
    async with sessions() as opened:
        yield opened


def run_row(report: Report) -> dict:
    return {
        "request_id": report.request_id or str(uuid.uuid4()),
        "agent_name": report.agent_name,
        "status": "success" if report.error is None else "failed",
        "trigger": "manual",
        "requested_at": report.requested_at or report.started_at,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "attempt": 1,
        "input": report.input,
        "error_message": report.error,
    }


def metric_row(run_id: int, report: Report, name: str, value: bool | int | float | str) -> dict:
    is_text = isinstance(value, str)
    return {
        "run_id": run_id,
        "agent_name": report.agent_name,
        "metric_name": name,
        "metric_value": None if is_text else Decimal(str(int(value) if isinstance(value, bool) else value)),
        "metric_text": value if is_text else None,
        "recorded_at": report.finished_at,
    }


def summary_statement():
    """Statements on tables, not objects of the session: that is what SQLAlchemy does in less time."""
    row = insert(DailySummary.__table__)
    added = ("runs_success", "runs_failed", "duration_count", "duration_ms_sum")
    return row.on_conflict_do_update(
        index_elements=["agent_name", "day"],
        set_={
            **{name: getattr(DailySummary, name) + row.excluded[name] for name in added},
            "duration_ms_min": func.least(DailySummary.duration_ms_min, row.excluded.duration_ms_min),
            "duration_ms_max": func.greatest(DailySummary.duration_ms_max, row.excluded.duration_ms_max),
        },
    )


INSERT_RUN = insert(AgentRun.__table__).returning(AgentRun.__table__.c.id)
INSERT_METRICS = insert(AgentMetric.__table__)
ADD_TO_SUMMARY = summary_statement()


def summary_row(report: Report) -> dict:
    milliseconds = Decimal((report.finished_at - report.started_at).total_seconds() * 1000)
    return {
        "agent_name": report.agent_name,
        "day": report.finished_at.astimezone(timezone.utc).date(),
        "runs_success": int(report.error is None),
        "runs_failed": int(report.error is not None),
        "duration_count": 1,
        "duration_ms_sum": milliseconds,
        "duration_ms_min": milliseconds,
        "duration_ms_max": milliseconds,
    }


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/metrics", status_code=201)
async def report_metrics(report: Report, opened: AsyncSession = Depends(session)) -> dict[str, int]:
    run_id = (await opened.execute(INSERT_RUN, run_row(report))).scalar_one()
    await opened.execute(
        INSERT_METRICS, [metric_row(run_id, report, name, value) for name, value in report.metrics.items()]
    )
    await opened.execute(ADD_TO_SUMMARY, summary_row(report))
    await opened.commit()
    return {"run_id": run_id}
