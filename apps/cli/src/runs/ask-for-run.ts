import { randomUUIDv7 } from 'node:crypto';
import type { ApiClient } from '../api/api-client.js';
import { RefusedError } from '../platform/refused-error.js';
import { UnavailableError } from '../platform/unavailable-error.js';
import type { RunRequested } from './run-answers.js';

const SERVER_FAILED = 500;

export interface AskedRun {
  readonly answer: RunRequested;
  /** Whether the same was asked for before, and there is no second run. */
  readonly isRepeated: boolean;
}

/**
 * Asks for one run, however often it is repeated with the same key.
 * @throws RefusedError, or UnavailableError that says how to repeat it
 */
export async function askForRun(
  client: ApiClient,
  path: string,
  body: object,
  key: string = randomUUIDv7(),
): Promise<AskedRun> {
  try {
    const headers = { 'Idempotency-Key': key };
    const { body: answer, headers: said } = await client.exchange<RunRequested>('POST', path, {
      body,
      headers,
    });
    return { answer, isRepeated: said.get('idempotency-replayed') === 'true' };
  } catch (error) {
    throw withKey(error, key);
  }
}

/** It may have been taken all the same. */
function withKey(error: unknown, key: string): unknown {
  const hint = `To repeat it without a second run: --key ${key}`;
  if (error instanceof UnavailableError) {
    return new UnavailableError(`${error.message}. ${hint}`, { cause: error });
  }
  if (error instanceof RefusedError && error.problem.status >= SERVER_FAILED) {
    return new RefusedError({ ...error.problem, detail: `${error.problem.detail}. ${hint}` });
  }
  return error;
}
