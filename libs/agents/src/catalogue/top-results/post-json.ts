import { setTimeout } from 'node:timers/promises';

const TRIES = 3;
const MAX_WAIT_MS = 20_000;
const MS_PER_SECOND = 1_000;

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  readonly signal: AbortSignal;
  /** Milliseconds for each try. */
  readonly timeoutMs: number;
  /** Milliseconds before the second try; twice as long before the third, and as long as the server says. */
  readonly retryDelayMs: number;
}

/**
 * Posts JSON to a server that the operator has named, and reads its JSON; tries again when the server is busy or away.
 * Neither keys nor what the server says get into an error, as servers like to repeat keys.
 */
export async function postJson(url: string, options: PostOptions): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    const { json, problem, waitMs } = await tryOnce(url, options);
    if (problem === undefined) {
      return json;
    }
    options.signal.throwIfAborted();
    if (waitMs === undefined || tries === TRIES) {
      throw new Error(problem);
    }
    const delayMs = options.retryDelayMs * 2 ** (tries - 1) * (0.8 + 0.4 * Math.random());
    await setTimeout(Math.max(waitMs, delayMs), undefined, { signal: options.signal });
  }
}

interface Outcome {
  readonly json?: unknown;
  /** Absent when there is an answer. */
  readonly problem?: string;
  /** Milliseconds after which to try again at the soonest; absent when that wouldn't help. */
  readonly waitMs?: number;
}

async function tryOnce(url: string, { headers, body, signal, timeoutMs }: PostOptions): Promise<Outcome> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      redirect: 'error',
    });
    if (response.ok) {
      return { json: await response.json() };
    }
    await response.body?.cancel();
    return { problem: `${host} answered ${response.status}`, ...waitOf(response) };
  } catch (error) {
    const isNonsense = error instanceof SyntaxError;
    return { problem: `${host} ${isNonsense ? 'did not answer in JSON' : 'did not answer'}`, waitMs: 0 };
  }
}

function waitOf({ status, headers }: Response): Pick<Outcome, 'waitMs'> {
  if (status !== 408 && status !== 429 && status < 500) {
    return {};
  }
  const seconds = Number(headers.get('retry-after') ?? 0);
  return { waitMs: Number.isFinite(seconds) ? Math.min(seconds * MS_PER_SECOND, MAX_WAIT_MS) : 0 };
}
