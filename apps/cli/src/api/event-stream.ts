import { setTimeout as delay } from 'node:timers/promises';
import { RefusedError } from '../platform/refused-error.js';
import { UnavailableError } from '../platform/unavailable-error.js';
import type { ApiClient } from './api-client.js';
import { parseEvents, type SentEvent } from './parse-events.js';

const NO_CONTENT = 204;
const SERVERS_AWAY = new Set([502, 503, 504]);
/** The API says something every 15 seconds. */
const SILENCE_MS = 45_000;
const GIVE_UP_MS = 60_000;
const RECONNECT_MS = 2_000;

/** Server-Sent Events of the API, over as many connections as it takes. */
export class EventStream {
  private lastEventId: string | undefined;
  private reconnectMs = RECONNECT_MS;
  private heardAtMs = -Infinity;

  constructor(
    private readonly client: ApiClient,
    private readonly path: string,
  ) {}

  /**
   * Every event once, until the API says that there is no more. A connection that breaks is made again, from where it was.
   * @throws RefusedError, or UnavailableError when the API is away for a minute, or from the beginning
   */
  async *events(): AsyncGenerator<SentEvent> {
    for (;;) {
      try {
        const hasMore = yield* this.connection();
        if (!hasMore) {
          return;
        }
      } catch (error) {
        this.throwUnlessPassing(error);
      }
      await delay(this.reconnectMs);
    }
  }

  /** One connection. @returns whether more may follow on another one */
  private async *connection(): AsyncGenerator<SentEvent, boolean> {
    const leaving = new AbortController();
    let silence: NodeJS.Timeout | undefined;
    const heard = (): void => {
      this.heardAtMs = performance.now();
      clearTimeout(silence);
      silence = setTimeout(() => leaving.abort(), SILENCE_MS);
    };
    silence = setTimeout(() => leaving.abort(), SILENCE_MS);
    try {
      const response = await this.client.open('GET', this.path, {
        headers: {
          Accept: 'text/event-stream',
          ...(this.lastEventId !== undefined && { 'Last-Event-ID': this.lastEventId }),
        },
        signal: leaving.signal,
      });
      heard();
      if (response.status === NO_CONTENT || response.body === null) {
        return false;
      }
      for await (const event of parseEvents(response.body, heard)) {
        this.lastEventId = event.id ?? this.lastEventId;
        this.reconnectMs = event.retryMs ?? this.reconnectMs;
        if (event.data !== undefined) {
          yield event;
        }
      }
      return true;
    } finally {
      clearTimeout(silence);
      leaving.abort();
    }
  }

  /** What a body throws when its connection breaks is no error of ours. */
  private throwUnlessPassing(error: unknown): void {
    const isDecided = error instanceof RefusedError && !SERVERS_AWAY.has(error.problem.status);
    if (isDecided || this.heardAtMs === -Infinity) {
      throw error;
    }
    if (performance.now() - this.heardAtMs > GIVE_UP_MS) {
      throw new UnavailableError('The API has not answered for a minute', { cause: error });
    }
  }
}
