import { setTimeout as delay } from 'node:timers/promises';
import type { CommandProblem } from '#contracts';
import { RefusedError } from '../platform/refused-error.js';
import { UnavailableError } from '../platform/unavailable-error.js';
import type { ApiConfiguration } from './api-configuration.js';

/** Longer than the API takes for any answer. */
const ANSWER_MS = 15_000;
const LONGEST_WAIT_MS = 60_000;
const DEFAULT_WAIT_MS = 1_000;
const MOST_PAGE_ITEMS = 200;
const TOO_MANY_REQUESTS = 429;
const NO_CONTENT = 204;
const UNAUTHORIZED = 401;
const NOT_FOUND = 404;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a request says beside its path. */
export interface ApiRequest {
  readonly query?: Query;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the request; without it a request ends when it has no answer in 15 seconds. */
  readonly signal?: AbortSignal;
}

/** What the API has answered. */
export interface Exchange<T> {
  readonly body: T;
  readonly headers: Headers;
}

/** The beginning of a list. */
export interface Part<T> {
  readonly items: T[];
  readonly hasMore: boolean;
}

/** A part of a list, as the API sends it. */
export interface Page<T> {
  readonly items: T[];
  readonly next_cursor: string | null;
}

/**
 * Speaks with the HTTP API of a platform. Paths are those after `/api`; make them with `apiPath` when something is put in.
 * Answers are the API's JSON, taken as they are. Waits when it is told that it asks too often.
 * Every method throws RefusedError with what the API says against it, and UnavailableError when it is not there.
 */
export class ApiClient {
  private readonly base: string;
  private readonly ownHeaders: Readonly<Record<string, string>>;

  constructor({ url, token }: Pick<ApiConfiguration, 'url' | 'token'>) {
    this.base = `${url.replace(/\/*(\/api\/*)?$/, '')}/api`;
    this.ownHeaders = {
      'User-Agent': 'agent-platform-cli',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    };
  }

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return await this.send<T>('GET', path, { query });
  }

  async post<T>(path: string, body: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    return await this.send<T>('POST', path, { body, headers });
  }

  async put<T>(path: string, body: object): Promise<T> {
    return await this.send<T>('PUT', path, { body });
  }

  async patch<T>(path: string, body: object): Promise<T> {
    return await this.send<T>('PATCH', path, { body });
  }

  async delete<T>(path: string): Promise<T> {
    return await this.send<T>('DELETE', path, {});
  }

  /**
   * The first items of a list, from as many pages as it takes.
   * @param limit of items; `Infinity` for all
   */
  async list<T>(path: string, query: Query, limit: number): Promise<T[]> {
    return (await this.part<T>(path, query, limit)).items;
  }

  /** The same, and whether there are more. */
  async part<T>(path: string, query: Query, limit: number): Promise<Part<T>> {
    const items: T[] = [];
    let hasMore = false;
    for await (const page of this.pages<Page<T>>(path, query, limit)) {
      items.push(...page.items);
      hasMore = page.next_cursor !== null;
    }
    return { items, hasMore };
  }

  /** The same page by page, for lists that say more than their items. */
  async *pages<P extends Page<unknown>>(path: string, query: Query, limit: number): AsyncGenerator<P> {
    let [left, cursor]: [number, string | null | undefined] = [limit, undefined];
    while (left > 0 && cursor !== null) {
      const page: P = await this.get<P>(path, {
        ...query,
        limit: Math.min(left, MOST_PAGE_ITEMS),
        cursor,
      });
      yield page;
      left -= page.items.length;
      cursor = page.next_cursor;
    }
  }

  /** The answer itself, when it is a good one; its body is not read yet. */
  async open(method: string, path: string, request: ApiRequest): Promise<Response> {
    for (;;) {
      const response = await this.fetch(method, path, request);
      if (response.ok) {
        return response;
      }
      const { problem, waitMs } = await problemOf(response);
      if (response.status !== TOO_MANY_REQUESTS || waitMs > LONGEST_WAIT_MS) {
        throw new RefusedError(problem);
      }
      await delay(waitMs);
    }
  }

  /** What is answered, with its headers. */
  async exchange<T>(method: string, path: string, request: ApiRequest): Promise<Exchange<T>> {
    const response = await this.open(method, path, request);
    const { headers } = response;
    if (response.status === NO_CONTENT) {
      return { body: undefined as T, headers };
    }
    try {
      return { body: (await response.json()) as T, headers };
    } catch (cause) {
      throw new UnavailableError(`${this.host} has answered what is not of the API: is API_URL right?`, {
        cause,
      });
    }
  }

  private async send<T>(method: string, path: string, request: ApiRequest): Promise<T> {
    return (await this.exchange<T>(method, path, request)).body;
  }

  private async fetch(method: string, path: string, request: ApiRequest): Promise<Response> {
    const { query = {}, body, headers, signal = AbortSignal.timeout(ANSWER_MS) } = request;
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    try {
      return await fetch(`${this.base}${path}${search === '' ? '' : `?${search}`}`, {
        method,
        signal,
        redirect: 'manual',
        headers: {
          ...this.ownHeaders,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new UnavailableError(
        (cause as Error).name === 'TimeoutError'
          ? `The API at ${this.host} does not answer`
          : `The API can not be reached at ${this.host}`,
        { cause },
      );
    }
  }

  /** Without what may be a password. */
  private get host(): string {
    return new URL(this.base).host;
  }
}

interface Refusal {
  readonly problem: CommandProblem;
  readonly waitMs: number;
}

/** What the API, or whatever stands in its place, says against a request. */
async function problemOf(response: Response): Promise<Refusal> {
  const { status, statusText, headers, url } = response;
  const said = (await response.json().catch(() => undefined)) as Partial<CommandProblem> | undefined;
  const waitMs = Number(headers.get('retry-after') ?? Number.NaN) * 1_000;
  const problem: CommandProblem = {
    status,
    title: said?.title ?? statusText,
    detail: detailOf(
      said?.detail ?? `${new URL(url).host} has answered ${status} ${statusText}`,
      said,
      status,
    ),
    ...(said?.errors !== undefined && { errors: said.errors }),
  };
  return { problem, waitMs: Number.isFinite(waitMs) ? waitMs : DEFAULT_WAIT_MS };
}

/** Names the variable that may be wrong. */
function detailOf(detail: string, said: Partial<CommandProblem> | undefined, status: number): string {
  if (status === UNAUTHORIZED) {
    return `${detail}. The command line sends what stands in API_TOKEN`;
  }
  const isNoApi = said?.detail === undefined || (status === NOT_FOUND && /^Cannot [A-Z]+ \//.test(detail));
  return isNoApi ? `${detail}: is API_URL that of the api?` : detail;
}
