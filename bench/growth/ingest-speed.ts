import { randomUUID } from 'node:crypto';
import { type AnyRunEvent, RunSucceeded } from '#contracts';
import { AGENTS } from './measured-agents.js';
import type { GrownDatabase } from './grown-database.js';

const BATCH = 500;

/** Runs per second that one writer commits, in full batches. */
export async function ingestSpeed({ writer }: GrownDatabase, runs: number): Promise<number> {
  const name = randomUUID();
  const events = Array.from({ length: runs }, (_, index) => finishedRun(`${name}-${index}`, index));
  const beganAt = performance.now();
  for (let from = 0; from < runs; from += BATCH) {
    await writer.write(events.slice(from, from + BATCH));
  }
  return runs / ((performance.now() - beganAt) / 1_000);
}

function finishedRun(requestId: string, index: number): AnyRunEvent {
  const now = Date.now();
  return Object.assign(new RunSucceeded(), {
    agent: `agent_${index % AGENTS}`,
    request_id: requestId,
    attempt: 1,
    at: new Date(now).toISOString(),
    origin: { trigger: 'message' as const, requested_at: new Date(now - 3).toISOString(), input: {} },
    executor: 'executor-1',
    started_at: new Date(now - 2).toISOString(),
    finished_at: new Date(now - 1).toISOString(),
    metrics: { price: index * 0.37, rows: index, ratio: (index % 100) / 100, errors: 0, label: 'ok' },
  });
}
