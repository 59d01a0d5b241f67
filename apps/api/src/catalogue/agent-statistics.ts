import { DatabaseConnection, isDatabaseUnavailable } from '#database';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import { figuresOf, type SummaryFigures, type SummedRuns } from '../summaries/summary-figures.js';

const DAY_MS = 86_400_000;
const DAYS_OF_WEEK = 7;

/** Figures of a period that lasts until now. */
interface PeriodFigures extends SummaryFigures {
  readonly since: string;
}

export interface StatisticsOfAgent {
  /** Since the UTC day before began: more than 24 hours, and less than 48. */
  readonly since_yesterday: PeriodFigures;
  /** The UTC day that runs and the six before. */
  readonly last_7_days: PeriodFigures;
}

/** Two sums in one pass over at most a week of rows per agent. */
const SUMS = `
  SELECT agent_name, is_recent, sum(runs_success) AS runs_success, sum(runs_failed) AS runs_failed,
    sum(runs_cancelled) AS runs_cancelled, sum(duration_count) AS duration_count,
    sum(duration_ms_sum) AS duration_ms_sum, min(duration_ms_min) AS duration_ms_min,
    max(duration_ms_max) AS duration_ms_max
  FROM agent_daily_summaries, unnest(ARRAY[true, false]) AS is_recent
  WHERE agent_name = ANY ($1::text[]) AND day >= $3::date AND (NOT is_recent OR day >= $2::date)
  GROUP BY agent_name, is_recent`;

type Row = SummedRuns & { readonly agent_name: string; readonly is_recent: boolean };

const NO_RUNS: SummedRuns = {
  runs_success: '0',
  runs_failed: '0',
  runs_cancelled: '0',
  duration_count: '0',
  duration_ms_sum: '0',
  duration_ms_min: null,
  duration_ms_max: null,
};

/** Counts the runs of agents from their daily summaries, however many runs there are. */
@Injectable()
export class AgentStatistics {
  constructor(private readonly database: DatabaseConnection) {}

  /** By agent; nothing while Postgres is away. */
  async of(agents: readonly string[]): Promise<ReadonlyMap<string, StatisticsOfAgent> | undefined> {
    const now = Date.now();
    const yesterday = dayOf(now - DAY_MS);
    const week = dayOf(now - (DAYS_OF_WEEK - 1) * DAY_MS);
    try {
      const rows = await fromPostgres(
        async () => await this.database.dataSource.query<Row[]>(SUMS, [agents, yesterday, week]),
      );
      const sums = new Map(rows.map((row) => [`${row.agent_name} ${row.is_recent}`, row]));
      const figures = (agent: string, isRecent: boolean, since: string): PeriodFigures => ({
        since: `${since}T00:00:00.000Z`,
        ...figuresOf(sums.get(`${agent} ${isRecent}`) ?? NO_RUNS),
      });
      return new Map(
        agents.map((agent) => [
          agent,
          { since_yesterday: figures(agent, true, yesterday), last_7_days: figures(agent, false, week) },
        ]),
      );
    } catch (error) {
      if (!isDatabaseUnavailable(error)) {
        throw error;
      }
      return undefined;
    }
  }
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
