import { request } from 'node:http';
import type { ApiClient } from './api-client.js';

/** One Server-Sent Event. */
export interface SentEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Follows a run as a browser does. */
export class EventSource {
  readonly events: SentEvent[] = [];
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  status = 0;
  private readonly sent;
  private rest = '';

  private constructor(url: string, headers: Record<string, string>) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ended = promise;
    this.sent = request(url, { headers }, (response) => {
      this.status = response.statusCode ?? 0;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => this.take(chunk));
      response.on('end', resolve);
      response.on('close', resolve);
      response.on('error', () => resolve());
    });
    this.sent.on('error', reject);
    this.sent.end();
  }

  static open(client: ApiClient, path: string, headers: Record<string, string> = {}): EventSource {
    return new EventSource(`${client.url}/api${path}`, { ...client.ownHeaders, ...headers });
  }

  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  close(): void {
    this.sent.destroy();
  }

  private take(chunk: string): void {
    const blocks = (this.rest + chunk).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => {
          const colon = line.indexOf(': ');
          return [line.slice(0, colon), line.slice(colon + 2)] as const;
        }),
      );
      const [event, data, id] = [fields.get('event'), fields.get('data'), fields.get('id')];
      if (event !== undefined && data !== undefined) {
        this.events.push({
          event,
          data: JSON.parse(data) as Record<string, unknown>,
          ...(id !== undefined && { id }),
        });
      }
    }
  }
}
