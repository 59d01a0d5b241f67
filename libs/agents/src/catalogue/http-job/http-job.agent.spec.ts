import { validateContract } from '#contracts';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeAgent } from '../../../testing/describe-agent.js';
import { ExternalServers, PUBLIC_ADDRESS } from '../../../testing/external-servers.js';
import { runContext } from '../../../testing/run-context.js';
import { ExternalRequests } from '../../external-requests/external-requests.js';
import type { RunOutput } from '../../run-output.js';
import { HttpJobAgent } from './http-job.agent.js';
import { HttpJobInput } from './http-job-input.js';
import { HttpJobModule } from './http-job.module.js';

const servers = new ExternalServers();
servers.resolver.set('api.example.com', [PUBLIC_ADDRESS]);
const port = await servers.listen(({ url = '', method, headers }, response) => {
  const {
    status = '200',
    type = 'application/json',
    body = '{"hello":["world"]}',
  } = Object.fromEntries(new URL(url, 'http://x').searchParams);
  response.setHeader('Set-Cookie', 'session=secret');
  response.setHeader('ETag', `${method} ${String(headers['idempotency-key'])}`);
  response
    .writeHead(Number(status), { 'Content-Type': type })
    .end(body.replace('REPEAT', 'x'.repeat(200_000)));
});
const URL_OF_SERVER = `http://api.example.com:${port}/`;

@Module({ providers: [HttpJobAgent, { provide: ExternalRequests, useValue: servers.requests }] })
class ModuleOfSpec {}

function input(overrides: object = {}): HttpJobInput {
  return validateContract(HttpJobInput, { url: URL_OF_SERVER, ...overrides });
}

function run(query: Record<string, string> = {}, overrides: object = {}): Promise<RunOutput> {
  const url = `${URL_OF_SERVER}?${new URLSearchParams(query).toString()}`;
  return new HttpJobAgent(servers.requests).run(runContext({ input: input({ url, ...overrides }) }));
}

afterAll(() => servers[Symbol.asyncDispose]());

describeAgent(HttpJobAgent, ModuleOfSpec, { input: { url: URL_OF_SERVER } });

describe('HttpJobAgent', () => {
  it('measures the response, and keeps a JSON body and a few headers', async () => {
    const { metrics, result } = await run();

    expect(metrics).toEqual({
      status_code: 200,
      ok: true,
      duration_ms: expect.any(Number),
      bytes: 19,
      redirects: 0,
    });
    expect(result).toEqual({
      url: URL_OF_SERVER,
      status: 200,
      headers: {
        'content-type': 'application/json',
        date: expect.any(String),
        etag: 'GET undefined',
      },
      body: { hello: ['world'] },
    });
  });

  it.each([
    ['text', { type: 'text/plain', body: 'hi' }, { body: 'hi' }],
    ['what only calls itself JSON', { body: '{oops' }, { body: '{oops' }],
    ['JSON of a longer type', { type: 'application/problem+json; charset=utf-8', body: '1' }, { body: 1 }],
    ['text in an unknown charset', { type: 'text/plain; charset=klingon', body: 'ä' }, { body: 'ä' }],
    ['JSON too deep to handle', { body: '['.repeat(500) + ']'.repeat(500) }, { body: expect.any(String) }],
    [
      'the beginning of a long text',
      { type: 'text/html', body: 'REPEAT' },
      { is_cut: true, body: expect.any(String) },
    ],
  ])('keeps %s', async (_case, query, kept) => {
    expect((await run(query)).result).toMatchObject(kept);
  });

  it.each([
    ['a picture', { type: 'image/png', body: 'x' }],
    ['an empty body', { body: '' }],
  ])('keeps no body of %s', async (_case, query) => {
    expect((await run(query)).result).not.toHaveProperty('body');
  });

  it('succeeds with what the server says, even when that is an error', async () => {
    expect((await run({ status: '503' })).metrics).toMatchObject({ status_code: 503, ok: false });
  });

  it.each(['POST', 'PATCH'])('lets the server see repetitions of a %s', async (method) => {
    expect((await run({}, { method })).result).toMatchObject({ headers: { etag: `${method} spec-run` } });
  });

  it('leaves an Idempotency-Key of the input alone', async () => {
    const { result } = await run({}, { method: 'POST', headers: { 'idempotency-key': 'mine' } });

    expect(result).toMatchObject({ headers: { etag: 'POST mine' } });
  });

  it('fails for good when the response is larger than max_bytes', async () => {
    await expect(run({}, { max_bytes: 5 })).rejects.toMatchObject({ name: 'NonRetryableError' });
  });
});

describe('HttpJobModule', () => {
  beforeAll(() => vi.stubEnv('ALLOW_EXTERNAL_REQUESTS', undefined));
  afterAll(() => vi.unstubAllEnvs());

  it('makes no requests unless the environment allows them', async () => {
    const app = await Test.createTestingModule({ imports: [HttpJobModule] }).compile();

    const run = app.get(HttpJobAgent).run(runContext({ input: input() }));

    await expect(run).rejects.toThrow('set ALLOW_EXTERNAL_REQUESTS=yes');
    await expect(run).rejects.toMatchObject({ name: 'RequestRefusedError' });
  });
});

describe('HttpJobInput', () => {
  it.each([
    [{ url: 5 }, 'url must be a text'],
    [{ method: 'TRACE' }, 'method must be one of'],
    [{ method: 'get' }, 'method must be one of'],
    [{ headers: [] }, 'headers must be an object'],
    [{ headers: { Host: 'x' } }, 'headers must not set Host'],
    [{ headers: { 'Transfer-Encoding': 'chunked' } }, 'headers must not set Transfer-Encoding'],
    [{ headers: { 'Proxy-Authorization': 'x' } }, 'headers must not set Proxy-Authorization'],
    [{ headers: { 'X-A': 'a\r\nX-B: b' } }, 'headers must give X-A without control characters'],
    [{ headers: { 'X A': 'a' } }, 'headers must have names of letters'],
    [{ headers: { 'X-A': 1 } }, 'headers must give X-A as a text'],
    [{ timeout_ms: 60_001 }, 'timeout_ms must be at most 60000'],
    [{ max_bytes: -1 }, 'max_bytes must be at least 0'],
    [{ body: {} }, 'body must be a text'],
    [{ follow: true }, 'follow is not a known field'],
  ])('refuses %j', (overrides, message) => {
    expect(() => input(overrides)).toThrow(message);
  });

  it('shows no values of headers', () => {
    expect(() => input({ headers: { 'X-A': 'secret\n' } })).not.toThrow('secret');
  });
});
