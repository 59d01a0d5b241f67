import { AGENT_NAME_PATTERN, ContractViolation } from '#contracts';
import { DatabaseConnection } from '#database';
import { decodeCursor } from '#http';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import { type Page, pageOf } from '../http/page.js';
import { isDay } from './is-day.js';
import { figuresOf, type SummedRuns } from './summary-figures.js';
import type { SummaryQuery } from './summary-query.js';
import type { SummaryView } from './summary-view.js';

const LIST = `
  SELECT agent_name, to_char(day, 'YYYY-MM-DD') AS day, runs_success, runs_failed, runs_cancelled,
    duration_count, duration_ms_sum, duration_ms_min, duration_ms_max
  FROM agent_daily_summaries
  WHERE ($1::text IS NULL OR agent_name = $1)
    AND ($2::date IS NULL OR day >= $2)
    AND ($3::date IS NULL OR day <= $3)
    AND ($4::date IS NULL OR day < $4 OR (day = $4 AND agent_name > $5))
  ORDER BY agent_daily_summaries.day DESC, agent_name LIMIT $6`;

type Row = SummedRuns & { readonly agent_name: string; readonly day: string };

/** Reads daily summaries. */
@Injectable()
export class SummaryTable {
  constructor(private readonly database: DatabaseConnection) {}

  /** The newest day first, its agents by name. @throws what Postgres throws when it is away */
  async list({ limit, cursor, agent, from, to }: SummaryQuery): Promise<Page<SummaryView>> {
    const [day, name] = placeOf(cursor);
    const values = [agent ?? null, from ?? null, to ?? null, day, name, limit + 1];
    const rows = await fromPostgres(async () => await this.database.dataSource.query<Row[]>(LIST, values));
    return pageOf(rows.map(viewOf), limit, (last) => [last.day, last.agent]);
  }
}

function viewOf(row: Row): SummaryView {
  return { agent: row.agent_name, day: row.day, ...figuresOf(row) };
}

function placeOf(cursor: string | undefined): readonly [string | null, string | null] {
  if (cursor === undefined) {
    return [null, null];
  }
  const place = decodeCursor(cursor, ['string', 'string']);
  if (!isDay(place[0]) || !AGENT_NAME_PATTERN.test(place[1])) {
    const message = 'cursor must be the next_cursor of an earlier answer';
    throw new ContractViolation([{ field: 'cursor', message }]);
  }
  return place;
}
