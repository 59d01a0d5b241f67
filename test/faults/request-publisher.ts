import { setTimeout } from 'node:timers/promises';
import { requestSubject, type RunRequest } from '#contracts';
import { jetstream } from '@nats-io/jetstream';
import type { Platform } from '../support/platform.js';

const RETRY_MS = 50;
const TIMEOUT_MS = 1_000;

/**
 * Asks for a run, again and again under one request_id until the broker has it.
 * @returns the request_id
 */
export async function request(
  platform: Platform,
  agent: string,
  requestId: string,
  body: Partial<RunRequest> = {},
): Promise<string> {
  const client = jetstream(await platform.nats(), { timeout: TIMEOUT_MS });
  for (;;) {
    try {
      await client.publish(requestSubject(agent), JSON.stringify(body), { msgID: requestId, retries: 1 });
      return requestId;
    } catch {
      await setTimeout(RETRY_MS);
    }
  }
}

/** Asks for `count` runs at once, named `<prefix>-<number>`. */
export async function requestMany(
  platform: Platform,
  agent: string,
  prefix: string,
  count: number,
  body: (index: number) => Partial<RunRequest>,
): Promise<string[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      return await request(platform, agent, `${prefix}-${index}`, body(index));
    }),
  );
}
