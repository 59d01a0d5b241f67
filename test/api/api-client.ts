import { request as httpRequest } from 'node:http';

/** What the api answered. */
export interface ApiAnswer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
  readonly tookMs: number;
}

export interface ApiCall {
  readonly body?: unknown;
  /** Sent as they are, also those that `fetch` would not let through, such as Host. */
  readonly headers?: Record<string, string>;
}

/** A program that speaks real HTTP to one api. */
export class ApiClient {
  constructor(
    readonly url: string,
    readonly ownHeaders: Record<string, string> = {},
  ) {}

  /** The same api with an API token. */
  withToken(token: string): ApiClient {
    return new ApiClient(this.url, { ...this.ownHeaders, authorization: `Bearer ${token}` });
  }

  /** The same api with a session, as a browser has it on a page of the api. */
  withCookie(cookie: string): ApiClient {
    return new ApiClient(this.url, { ...this.ownHeaders, cookie, origin: this.url });
  }

  async get<T = Record<string, unknown>>(path: string, call: ApiCall = {}): Promise<ApiAnswer<T>> {
    return await this.send<T>('GET', path, call);
  }

  async post<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    call: ApiCall = {},
  ): Promise<ApiAnswer<T>> {
    return await this.send<T>('POST', path, { ...call, body });
  }

  /** @param path below `/api` */
  async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    { body, headers = {} }: ApiCall = {},
  ): Promise<ApiAnswer<T>> {
    const startedAtMs = performance.now();
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer<T>>();
    const sent = httpRequest(
      `${this.url}/api${path}`,
      {
        method,
        headers: {
          ...(text !== undefined && { 'content-type': 'application/json' }),
          ...this.ownHeaders,
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const received = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: parsed(received) as T,
            tookMs: performance.now() - startedAtMs,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(text);
    return await promise;
  }
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
