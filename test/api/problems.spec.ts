import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform } from '../support/platform.js';
import type { ApiAnswer, ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

interface Operation {
  readonly method: string;
  /** Below `/api`, with names that nothing has. */
  readonly path: string;
  readonly operationId: string;
  readonly statuses: ReadonlySet<string>;
  readonly hasBody: boolean;
  readonly hasQuery: boolean;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly responses: Record<string, unknown>;
  readonly requestBody?: unknown;
  readonly parameters?: readonly { readonly in: string }[];
}

/** A client gives up after ten seconds. */
const LONGEST_ANSWER_MS = 9_500;
const TOO_LARGE = JSON.stringify({ reason: 'x'.repeat(9 * 1_024 * 1_024) });
/** What has to be said before anybody looks whether there is such a thing. */
const BODIES: Readonly<Record<string, object>> = {
  startRun: { agent: 'nobody' },
  startBackfill: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' },
  createSchedule: { agent: 'nobody', name: 'nightly', cron: '0 4 * * *' },
  changeUser: { role: 'viewer' },
};

let platform: Platform;
let client: ApiClient;
let operations: Operation[];

beforeAll(async () => {
  platform = await Platform.start({ postgres: 'private' });
  client = await startedApi(platform, { requestsPerMinute: 100_000 });
  const { body } = await client.get<OpenAPIObject>('/docs/openapi.json');
  operations = Object.entries(body.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, DocumentedOperation>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace('/api', '').replaceAll(/\{\w+\}/g, 'nobody'),
      operationId: operation.operationId,
      statuses: new Set(Object.keys(operation.responses)),
      hasBody: operation.requestBody !== undefined,
      hasQuery: operation.parameters?.some((parameter) => parameter.in === 'query') === true,
    })),
  );
});

afterAll(async () => {
  await platform.stop();
});

async function answers(
  wanted: readonly Operation[],
  call: (operation: Operation) => Promise<ApiAnswer>,
): Promise<(Pick<Operation, 'operationId'> & ApiAnswer)[]> {
  return await Promise.all(
    wanted.map(async (operation) => ({ operationId: operation.operationId, ...(await call(operation)) })),
  );
}

function statuses(answered: Awaited<ReturnType<typeof answers>>): Record<string, number> {
  return Object.fromEntries(answered.map(({ operationId, status }) => [operationId, status]));
}

function all(wanted: readonly Operation[], status: number): Record<string, number> {
  expect(wanted.length).toBeGreaterThan(5);
  return Object.fromEntries(wanted.map(({ operationId }) => [operationId, status]));
}

const own = ({ operationId, hasBody }: Operation): { body?: object } =>
  hasBody ? { body: BODIES[operationId] ?? {} } : {};

describe('every operation of the document', () => {
  it('refuses a field that it does not know, and names it', async () => {
    const wanted = operations.filter(({ hasBody, hasQuery }) => hasBody || hasQuery);
    const answered = await answers(wanted, async ({ method, path, hasBody }) =>
      hasBody
        ? await client.send(method, path, { body: { no_such_field: 1 } })
        : await client.send(method, `${path}?no_such_field=1`),
    );
    expect(statuses(answered)).toEqual(all(wanted, 422));
    for (const { body } of answered) {
      expect(JSON.stringify(body['errors'])).toContain('no_such_field');
    }
  });

  it('refuses a body that is too large, one that is no JSON, and one that does not say that it is', async () => {
    const wanted = operations.filter(({ hasBody }) => hasBody);
    const sent = async (body: string, headers: Record<string, string> = {}) =>
      statuses(
        await answers(wanted, async ({ method, path }) => await client.send(method, path, { body, headers })),
      );
    expect(await sent(TOO_LARGE)).toEqual(all(wanted, 413));
    expect(await sent('{')).toEqual(all(wanted, 400));
    expect(await sent('{}', { 'content-type': 'text/plain' })).toEqual(all(wanted, 415));
  });

  it('does not find what is not there', async () => {
    const wanted = operations.filter(
      // The ledger outlives its schedule, so that there is none of that name is an empty page.
      ({ statuses: documented, operationId }) =>
        documented.has('404') && operationId !== 'listFiresOfSchedule',
    );
    const answered = await answers(
      wanted,
      async (operation) => await client.send(operation.method, operation.path, own(operation)),
    );
    expect(statuses(answered)).toEqual(all(wanted, 404));
  });

  it('refuses callers who ask too often, and says when to come again', async () => {
    const busy = await startedApi(platform, { requestsPerMinute: 10 });
    while ((await busy.get('/me')).status !== 429) {
      // Until nothing is left of the minute's share.
    }
    const wanted = operations.filter(({ operationId }) => !['login', 'getHealth'].includes(operationId));
    const answered = await answers(wanted, async ({ method, path }) => await busy.send(method, path));
    expect(statuses(answered)).toEqual(all(wanted, 429));
    for (const { headers } of answered) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
  });
});

describe('every operation, with NATS and Postgres away', () => {
  it('says soon which of them it needs, or does without', async () => {
    await Promise.all([platform.servers.nats.stop(), platform.servers.postgres.stop()]);
    const answered = await answers(
      operations,
      async (operation) => await client.send(operation.method, operation.path, own(operation)),
    );
    const named = (...wanted: number[]): string[] =>
      answered.filter(({ status }) => wanted.includes(status)).map(({ operationId }) => operationId);
    expect(named(200, 204).toSorted()).toEqual(['getMe', 'listAgents', 'listTokens', 'listUsers', 'logout']);
    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([200, 204, 404, 422, 503]));
    expect(named(503).length).toBeGreaterThan(40);
    expect(answered.filter(({ tookMs }) => tookMs > LONGEST_ANSWER_MS)).toEqual([]);
    const refusals = answered.filter(
      ({ status, operationId }) => status === 503 && operationId !== 'getHealth',
    );
    for (const { operationId, headers, body } of refusals) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect({ operationId, detail: body['detail'] }).toEqual({
        operationId,
        detail: expect.stringMatching(/(NATS|Postgres) is away/),
      });
    }
  });
});
