import {
  type AnyRunEvent,
  eventSubject,
  INGEST_EVENTS,
  packSubject,
  RUN_EVENTS,
  RunLogged,
  RunProgress,
} from '#contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { expect, vi } from 'vitest';
import { manyHistories, randomOf } from '../ingest-writer/run-events.js';
import type { Platform } from '../support/platform.js';

const SEED = 4;

/** Runs of every kind; some finished in packs, some with a log and progress. */
export async function publishHistory(platform: Platform, runs: number): Promise<AnyRunEvent[]> {
  const histories = manyHistories(runs, randomOf(SEED));
  const published: AnyRunEvent[] = [];
  const pack: AnyRunEvent[] = [];
  for (const [index, history] of histories.entries()) {
    const [only] = history;
    if (history.length === 1 && only?.type === 'succeeded' && index % 12 === 0) {
      pack.push(only);
      continue;
    }
    for (const event of history) {
      published.push(event);
      if (event.type === 'started') {
        published.push(progress(event, index), logged(event));
      }
    }
  }
  await publish(
    platform,
    published.map((event) => [eventSubject(event.request_id), event]),
  );
  await publish(platform, [[packSubject('executor-1'), pack]]);
  return [...published, ...pack];
}

export async function publish(
  platform: Platform,
  messages: readonly (readonly [string, unknown])[],
): Promise<void> {
  const client = jetstream(await platform.nats());
  await Promise.all(
    messages.map(async ([subject, body]) => await client.publish(subject, JSON.stringify(body))),
  );
}

/** Resolves once ingest has written everything. */
export async function written(platform: Platform): Promise<void> {
  const manager = await jetstreamManager(await platform.nats());
  await vi.waitFor(
    async () => {
      const { num_pending, num_ack_pending } = await manager.consumers.info(RUN_EVENTS, INGEST_EVENTS);
      expect(num_pending + num_ack_pending).toBe(0);
    },
    { timeout: 15_000, interval: 20 },
  );
}

type Started = Extract<AnyRunEvent, { type: 'started' }>;

function progress(started: Started, index: number): RunProgress {
  return Object.assign(new RunProgress(), common(started), { percent: index % 100, message: 'on the way' });
}

function logged(started: Started): RunLogged {
  const entry = { at: started.started_at, level: 'info' as const };
  return Object.assign(new RunLogged(), common(started), {
    first_line: 0,
    entries: [
      { ...entry, message: 'one' },
      { ...entry, message: 'two' },
    ],
  });
}

function common({ agent, request_id, attempt, at, origin, executor, started_at, charged }: Started) {
  return { agent, request_id, attempt, at, origin, executor, started_at, charged };
}
