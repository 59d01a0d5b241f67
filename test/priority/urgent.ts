import { requestSubject, type RunPriority, type RunRequest } from '#contracts';
import { jetstream } from '@nats-io/jetstream';
import { expect, vi } from 'vitest';
import type { Platform } from '../support/platform.js';

/** Asks for runs, each named `<prefix>-<number>`. */
export async function ask(
  platform: Platform,
  [agent, priority]: readonly [agent: string, priority: RunPriority],
  ids: readonly string[],
  body: Partial<RunRequest>,
): Promise<void> {
  const client = jetstream(await platform.nats());
  const subject = requestSubject(agent, priority);
  await Promise.all(ids.map(async (msgID) => await client.publish(subject, JSON.stringify(body), { msgID })));
}

export function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

export async function untilSucceeded(
  platform: Platform,
  ids: readonly string[],
  timeoutMs = 15_000,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const rows = await platform.query<{ request_id: string }>(
        "SELECT request_id FROM agent_runs WHERE request_id = ANY ($1) AND status = 'success'",
        [ids],
      );
      expect(rows).toHaveLength(ids.length);
    },
    { timeout: timeoutMs, interval: 50 },
  );
}
