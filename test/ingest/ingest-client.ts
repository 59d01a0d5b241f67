import { vi } from 'vitest';

/** What `POST /metrics` takes. */
export interface Report {
  readonly agent_name: string;
  readonly metrics: Record<string, unknown>;
  readonly started_at: string;
  readonly finished_at: string;
  readonly error?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
  readonly tookMs: number;
}

/** A report as a producer of long ago sends it. */
export function report(changes: Partial<Report> = {}): Report {
  return {
    agent_name: 'mi_agente',
    metrics: { items_procesados: 42, errores: 0, status: 'ok' },
    started_at: '2026-02-19T10:00:00Z',
    finished_at: '2026-02-19T10:00:45Z',
    error: null,
    ...changes,
  };
}

/** A producer: speaks real HTTP to one ingest. */
export class IngestClient {
  constructor(private readonly url: string) {}

  async post(body: Report, headers: Record<string, string> = {}): Promise<Answer> {
    return await this.send(JSON.stringify(body), headers);
  }

  /** Posts a report under an Idempotency-Key. */
  async postAs(key: string, body: Report): Promise<Answer> {
    return await this.post(body, { 'idempotency-key': key });
  }

  /** Posts any bytes, as JSON unless the headers say otherwise. */
  async send(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answer> {
    return await this.request('/metrics', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  /** Posts a batch, as a JSON array unless the headers say otherwise. */
  async sendBatch(body: string, headers: Record<string, string> = {}): Promise<Answer> {
    return await this.request('/metrics/batch', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return await this.request(path, { headers });
  }

  /** @param query of `GET /metrics` */
  async metrics(query: Record<string, string> = {}): Promise<Answer> {
    return await this.get(`/metrics?${new URLSearchParams(query).toString()}`);
  }

  /** Resolves once ingest has both of its servers, also after an outage. */
  async untilHealthy(): Promise<void> {
    await vi.waitFor(
      async () => {
        const { body } = await this.get('/health');
        if (body['status'] !== 'ok') {
          throw new Error(`Ingest is not healthy: ${JSON.stringify(body)}`);
        }
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  private async request(path: string, init: RequestInit): Promise<Answer> {
    const startedAtMs = performance.now();
    const response = await fetch(this.url + path, init);
    const body = (await response.json()) as Record<string, unknown>;
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body,
      tookMs: performance.now() - startedAtMs,
    };
  }
}
