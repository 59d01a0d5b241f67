import type { RunOrigin, RunTrigger } from '#contracts';
import { AgentRun, DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { FoundRun } from './found-run.js';

/** Reads what Postgres knows of runs. */
@Injectable()
export class RunRows {
  constructor(private readonly database: DatabaseConnection) {}

  /** @throws what Postgres throws when it is away */
  async find(requestId: string): Promise<FoundRun | undefined> {
    const row = await this.database.dataSource.getRepository(AgentRun).findOneBy({ requestId });
    if (row === null) {
      return undefined;
    }
    if (row.status !== 'pending' && row.status !== 'running') {
      return { isFinal: true, status: row.status, wasHeld: row.executor !== null };
    }
    return {
      isFinal: false,
      agent: row.agentName,
      requestId,
      origin: originOf(row),
      attempt: row.attempt,
      lastSequence: 0,
      holder: 'unknown',
    };
  }

  /** Those of the ids that have a row. @throws what Postgres throws when it is away */
  async existing(requestIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.dataSource
      .getRepository(AgentRun)
      .find({ select: { requestId: true }, where: { requestId: In(requestIds) } });
    return new Set(rows.map(({ requestId }) => requestId));
  }
}

function originOf(row: AgentRun): RunOrigin {
  return {
    trigger: row.trigger as RunTrigger,
    requested_at: row.requestedAt.toISOString(),
    ...(row.scheduleName !== null && { schedule: row.scheduleName }),
    ...(row.scheduledFor !== null && { scheduled_for: row.scheduledFor.toISOString() }),
    ...(row.input !== null && { input: row.input as Record<string, unknown> }),
  };
}
