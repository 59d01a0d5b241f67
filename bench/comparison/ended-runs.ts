import { packSubject } from '#contracts';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { nowMs } from '../support/now-ms.js';
import type { OnProgress } from './contestant.js';
import { AGENT } from './stored-rows.js';

/** As many as end at an executor, at 1,000 runs/s, while the message before is being synced. */
const EVENTS_PER_MESSAGE = 8;
const IN_FLIGHT = 256;
const TIMEOUT_MS = 60_000;
const EXECUTOR = 'bench';

/** Publishes the final events of runs as an executor does that nobody reads: what an hour without Postgres leaves. */
export async function publishEndedRuns(
  nats: NatsConnection,
  prefix: string,
  count: number,
  onProgress: OnProgress,
): Promise<void> {
  const client = jetstream(nats, { timeout: TIMEOUT_MS });
  let next = 0;
  let stored = 0;
  const publishNext = async (): Promise<void> => {
    while (next < count) {
      const size = Math.min(EVENTS_PER_MESSAGE, count - next);
      const first = next + 1;
      next += size;
      const events = Array.from({ length: size }, (_, index) => endedRun(`${prefix}-${first + index}`));
      await client.publish(packSubject(EXECUTOR), JSON.stringify(events));
      stored += size;
      onProgress(stored);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, publishNext));
}

function endedRun(requestId: string): object {
  const atMs = nowMs();
  const at = new Date(atMs).toISOString();
  return {
    type: 'succeeded',
    agent: AGENT,
    request_id: requestId,
    attempt: 1,
    at,
    origin: { trigger: 'message', requested_at: at, input: { published_at_ms: atMs } },
    executor: EXECUTOR,
    started_at: at,
    finished_at: at,
    metrics: { begun_at_ms: atMs, rows: 3, ratio: 0.25, complete: true, city: 'Málaga' },
  };
}
