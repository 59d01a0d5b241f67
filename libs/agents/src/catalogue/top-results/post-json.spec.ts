import { describe, expect, it } from 'vitest';
import { ModelServer } from '../../../testing/model-server.js';
import { postJson } from './post-json.js';

const OPTIONS = {
  headers: { Authorization: 'Bearer secret-key' },
  body: { a: 1 },
  signal: new AbortController().signal,
  timeoutMs: 2_000,
  retryDelayMs: 1,
};

describe('postJson', () => {
  it('posts JSON with the headers and reads JSON', async () => {
    await using server = await ModelServer.start(() => ({ body: { b: 2 } }));

    expect(await postJson(`${server.url}/x`, OPTIONS)).toEqual({ b: 2 });
    expect(server.asked).toMatchObject([
      { url: '/x', body: { a: 1 }, headers: { authorization: 'Bearer secret-key' } },
    ]);
  });

  it.each([408, 429, 500, 503, 529])('tries again after %d', async (status) => {
    await using server = await ModelServer.start(() =>
      server.asked.length < 3 ? { status } : { body: 'true' },
    );

    expect(await postJson(server.url, OPTIONS)).toBe(true);
    expect(server.asked).toHaveLength(3);
  });

  it('gives up after three tries', async () => {
    await using server = await ModelServer.start(() => ({ status: 500 }));

    await expect(postJson(server.url, OPTIONS)).rejects.toThrow('answered 500');
    expect(server.asked).toHaveLength(3);
  });

  it.each([400, 401, 403, 404])(
    'does not try again after %d, nor repeat what the server said',
    async (status) => {
      await using server = await ModelServer.start(() => ({ status, body: 'Wrong key: secret-key' }));

      await expect(postJson(server.url, OPTIONS)).rejects.toThrow(
        `${new URL(server.url).host} answered ${status}`,
      );
      expect(server.asked).toHaveLength(1);
    },
  );

  it('waits as long as the server says', async () => {
    await using server = await ModelServer.start(() =>
      server.asked.length === 1 ? { status: 429, headers: { 'Retry-After': '1' } } : {},
    );
    const startedAt = performance.now();

    await postJson(server.url, OPTIONS);

    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  it('takes the key to no other place', async () => {
    await using other = await ModelServer.start(() => ({}));
    await using server = await ModelServer.start(() => ({ status: 307, headers: { Location: other.url } }));

    await expect(postJson(server.url, OPTIONS)).rejects.toThrow('did not answer');
    expect(other.asked).toEqual([]);
  });

  it('does not wait for ever', async () => {
    await using server = await ModelServer.start(() => undefined);

    await expect(postJson(server.url, { ...OPTIONS, timeoutMs: 50 })).rejects.toThrow('did not answer');
    expect(server.asked).toHaveLength(3);
  });

  it('ends when it is aborted', async () => {
    const abort = new AbortController();
    await using server = await ModelServer.start(() => {
      abort.abort();
      return undefined;
    });

    await expect(postJson(server.url, { ...OPTIONS, signal: abort.signal })).rejects.toThrow('aborted');
    expect(server.asked).toHaveLength(1);
  });
});
