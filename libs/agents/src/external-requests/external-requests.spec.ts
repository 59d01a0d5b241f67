import { once } from 'node:events';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  bodyOf,
  ExternalServers,
  OTHER_PUBLIC_ADDRESS,
  PUBLIC_ADDRESS,
} from '../../testing/external-servers.js';
import type { ExternalRequest, ExternalResponse } from './external-requests.js';

let servers: ExternalServers;

beforeEach(() => {
  servers = new ExternalServers();
  servers.resolver.set('api.example.com', [PUBLIC_ADDRESS]);
  servers.resolver.set('other.example.com', [OTHER_PUBLIC_ADDRESS]);
});
afterEach(() => servers[Symbol.asyncDispose]());

function send(url: string, overrides: Partial<ExternalRequest> = {}): Promise<ExternalResponse> {
  const { signal } = new AbortController();
  return servers.requests.send({ url, timeoutMs: 5_000, maxBytes: 10_000, signal, ...overrides });
}

async function refusalOf(url: string): Promise<string> {
  const error: unknown = await send(url).catch((error: unknown) => error);
  if (!(error instanceof Error) || error.name !== 'RequestRefusedError') {
    throw new Error(`${url} was not refused`, { cause: error });
  }
  return error.message;
}

describe('a request to the public internet', () => {
  it('brings status, headers and body', async () => {
    const port = await servers.listen((_request, response) => {
      response.writeHead(201, { 'Content-Type': 'text/plain' }).end('hello');
    });

    const response = await send(`http://api.example.com:${port}/x`);

    expect(response).toMatchObject({ status: 201, redirects: 0, body: Buffer.from('hello') });
    expect(response.headers['content-type']).toBe('text/plain');
  });

  it('sends method, headers, body and the name of the host', async () => {
    const seen: unknown[] = [];
    const port = await servers.listen(({ method, headers }, response) => {
      seen.push({ method, host: headers.host, key: headers['x-key'] });
      response.end();
    });

    await send(`http://api.example.com:${port}/`, {
      method: 'POST',
      headers: { 'X-Key': 'k' },
      body: '{"a":1}',
    });

    expect(seen).toEqual([
      expect.objectContaining({ method: 'POST', host: `api.example.com:${port}`, key: 'k' }),
    ]);
  });

  it('sends the body', async () => {
    const port = await servers.listen(async (request, response) => void response.end(await bodyOf(request)));

    const { body } = await send(`http://api.example.com:${port}/`, { method: 'POST', body: 'ä' });

    expect(body.toString()).toBe('ä');
  });

  it('names the host in TLS, although it connects to the checked address', async () => {
    const names: (string | undefined)[] = [];
    const server = createTlsServer({
      SNICallback: (name, done) => {
        names.push(name);
        done(new Error('no certificate'));
      },
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, PUBLIC_ADDRESS);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    servers.allowPort(port);

    await expect(send(`https://api.example.com:${port}/`)).rejects.toThrow(/ssl|socket|ECONNRESET/i);
    server.close();

    expect(names).toEqual(['api.example.com']);
  });
});

describe('a request is refused', () => {
  it.each([
    ['file:///etc/passwd', 'Only http and https'],
    ['ftp://api.example.com/', 'Only http and https'],
    ['gopher://api.example.com/', 'Only http and https'],
    ['data:text/plain,x', 'Only http and https'],
    ['api.example.com', 'not a URL'],
    ['http://', 'not a URL'],
    ['http://api.example.com:22/', 'Port 22'],
    ['http://api.example.com:5432/', 'Port 5432'],
    ['http://user:secret@api.example.com/', 'user or password'],
    ['http://api.example.com@127.0.0.1/', 'user or password'],
    ['http://nobody.example.com/', 'has no address'],
  ])('for its form: %s', async (url, message) => {
    expect(await refusalOf(url)).toContain(message);
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://0/',
    'http://127。0。0。1/',
    'http://①②⑦.0.0.1/',
    'http://%31%32%37.0.0.1/',
    String.raw`http:\\127.0.0.1\ `,
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://10.0.0.1/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
  ])('for its address: %s', async (url) => {
    expect(await refusalOf(url)).toContain('must not be requested: its address');
    expect(servers.resolver.asked).toEqual([]);
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['one bad address among good ones', [PUBLIC_ADDRESS, '10.0.0.1']],
    ['a bad IPv6 address beside a good IPv4 one', ['8.8.8.8', 'fd00::1']],
    ['an IPv4 address in an IPv6 one', ['::ffff:169.254.169.254']],
  ])('for what its name means: %s', async (_case, addresses) => {
    servers.resolver.set('evil.example.com', addresses);

    expect(await refusalOf('http://evil.example.com/')).toContain('must not be requested');
  });

  it('with a dot behind localhost', async () => {
    servers.resolver.set('localhost.', ['127.0.0.1']);

    expect(await refusalOf('http://localhost./')).toContain('must not be requested');
  });

  it('when external requests are off', async () => {
    servers.forbid();

    expect(await refusalOf('http://api.example.com/')).toContain('ALLOW_EXTERNAL_REQUESTS=yes');
    expect(servers.resolver.asked).toEqual([]);
  });

  it.each([
    ['api.example.com', 'other.example.com'],
    ['*.example.com', 'example.com'],
    ['*.example.com', 'badexample.com'],
  ])('when only %s may be requested and it is for %s', async (hosts, host) => {
    servers.allowHosts(hosts);

    expect(await refusalOf(`http://${host}/`)).toContain('not among the hosts');
  });

  it.each(['api.example.com', '*.example.com', 'other.example.com,*.example.com'])(
    'but not when %s may be requested and it is for api.example.com',
    async (hosts) => {
      const port = await servers.listen((_request, response) => response.end());
      servers.allowHosts(hosts);

      expect(await send(`http://api.example.com:${port}/`)).toMatchObject({ status: 200 });
    },
  );
});

describe('a name that changes its meaning', () => {
  it('is asked for once, and the connection goes to the address that was checked', async () => {
    const port = await servers.listen((_request, response) => void response.end('public'));
    const inside = vi.fn<() => void>();
    await servers.listen(inside, '127.0.0.1', port);
    servers.resolver.set('rebind.example.com', [PUBLIC_ADDRESS], ['127.0.0.1']);

    const { body } = await send(`http://rebind.example.com:${port}/`);

    expect(body.toString()).toBe('public');
    expect(servers.resolver.asked).toEqual(['rebind.example.com']);
    expect(inside).not.toHaveBeenCalled();
  });

  it('is refused on the next request, and by a redirect to itself', async () => {
    const port = await servers.listen((_request, response) => {
      response.writeHead(302, { Location: '/again' }).end();
    });
    servers.resolver.set('rebind.example.com', [PUBLIC_ADDRESS], ['127.0.0.1']);

    expect(await refusalOf(`http://rebind.example.com:${port}/`)).toContain('127.0.0.1');
    expect(await refusalOf(`http://rebind.example.com:${port}/`)).toContain('127.0.0.1');
  });
});

describe('a redirect', () => {
  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'must not be requested'],
    ['http://127.0.0.1/', 'must not be requested'],
    ['//2130706433/', 'must not be requested'],
    ['file:///etc/passwd', 'Only http and https'],
    ['http://other.example.com:6379/', 'Port 6379'],
    ['http://a:b@other.example.com/', 'user or password'],
    ['http://[', 'not a URL'],
  ])('to %s is refused', async (location, message) => {
    const port = await servers.listen((_request, response) => {
      response.writeHead(302, { Location: location }).end();
    });

    expect(await refusalOf(`http://api.example.com:${port}/`)).toContain(message);
  });

  it('is followed three times and no more', async () => {
    const port = await servers.listen(({ url }, response) => {
      const left = Number(url?.slice(1));
      response.writeHead(left === 0 ? 200 : 302, left === 0 ? {} : { Location: `/${left - 1}` }).end();
    });

    expect(await send(`http://api.example.com:${port}/3`)).toMatchObject({ status: 200, redirects: 3 });
    expect(await refusalOf(`http://api.example.com:${port}/4`)).toContain('more than 3 redirects');
  });

  it('takes no credentials to another origin', async () => {
    const seen: Record<string, unknown>[] = [];
    const other = await servers.listen(({ headers }, response) => {
      seen.push(headers);
      response.end();
    }, OTHER_PUBLIC_ADDRESS);
    const port = await servers.listen((_request, response) => {
      response.writeHead(301, { Location: `http://other.example.com:${other}/` }).end();
    });

    const headers = { Authorization: 'Bearer x', Cookie: 'a=b', 'X-Api-Key': 'k', Accept: 'text/plain' };
    const response = await send(`http://api.example.com:${port}/`, { headers });

    expect(response.url.host).toBe(`other.example.com:${other}`);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ accept: 'text/plain', host: `other.example.com:${other}` });
    expect(Object.keys(seen[0] ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/authorization|cookie|x-api-key/)]),
    );
  });

  it('keeps the headers within one origin', async () => {
    const port = await servers.listen(({ url, headers }, response) => {
      response.writeHead(url === '/' ? 302 : 200, { Location: '/next' }).end(headers.authorization);
    });

    const { body } = await send(`http://api.example.com:${port}/`, {
      headers: { authorization: 'Bearer x' },
    });

    expect(body.toString()).toBe('Bearer x');
  });

  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'body'],
    [308, 'POST', 'body'],
  ])('of a POST with %d is a %s with the body %j', async (status, method, body) => {
    const port = await servers.listen(async (request, response) => {
      const text = `${request.method} ${await bodyOf(request)}`;
      response.writeHead(request.url === '/' ? status : 200, { Location: '/next' }).end(text);
    });

    const response = await send(`http://api.example.com:${port}/`, { method: 'POST', body: 'body' });

    expect(response.body.toString()).toBe(`${method} ${body}`);
  });

  it('takes no body to another origin', async () => {
    const port = await servers.listen((_request, response) => {
      response.writeHead(307, { Location: 'http://other.example.com/' }).end();
    });

    const sent = send(`http://api.example.com:${port}/`, { method: 'POST', body: 'secret' });

    await expect(sent).rejects.toThrow('redirects a request with a body');
  });
});

describe('a response', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('packed with %s is unpacked', async (encoding, pack) => {
    const port = await servers.listen((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': encoding }).end(pack('hello'));
    });

    expect((await send(`http://api.example.com:${port}/`)).body.toString()).toBe('hello');
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('that unpacks from %s to more than is allowed ends early', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(50_000_000));
    const port = await servers.listen((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': encoding }).end(bomb);
    });

    const sent = send(`http://api.example.com:${port}/`, { maxBytes: 1_000_000 });

    await expect(sent).rejects.toMatchObject({
      name: 'NonRetryableError',
      message: 'The response is larger than 1000000 bytes',
    });
  });

  it.each(['gzip, gzip', 'zstd', 'constructor'])('packed with %j is refused', async (encoding) => {
    const port = await servers.listen((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': encoding }).end('x');
    });

    await expect(send(`http://api.example.com:${port}/`)).rejects.toThrow('not asked for');
  });

  it('without end is cut off, and its connection closed', async () => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const port = await servers.listen((_request, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(5_000)), 1);
      response.on('close', () => {
        clearInterval(timer);
        close();
      });
    });

    await expect(send(`http://api.example.com:${port}/`)).rejects.toThrow('larger than 10000 bytes');
    await closed;
  });

  it('that drips is cut off when its time is over', async () => {
    const port = await servers.listen((_request, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    });

    const sent = send(`http://api.example.com:${port}/`, { timeoutMs: 200 });

    await expect(sent).rejects.toThrow('no complete response within 200 ms');
  });

  it('whose headers never come is cut off when its time is over', async () => {
    const port = await servers.listen(() => undefined);

    const sent = send(`http://api.example.com:${port}/`, { timeoutMs: 100 });

    await expect(sent).rejects.toThrow('no complete response within 100 ms');
  });

  it('is not waited for when the request is aborted', async () => {
    const abort = new AbortController();
    const port = await servers.listen(() => abort.abort());

    await expect(send(`http://api.example.com:${port}/`, { signal: abort.signal })).rejects.toThrow(
      'aborted',
    );
  });

  it('with too many headers is an error', async () => {
    const port = await servers.listen((_request, response) => {
      response.writeHead(200, { 'X-Long': 'x'.repeat(20_000) }).end();
    });

    await expect(send(`http://api.example.com:${port}/`)).rejects.toThrow('Header');
  });

  it('that is no HTTP is an error', async () => {
    const server = createSocketServer((socket) => socket.end('+PONG\r\n'));
    server.listen(0, PUBLIC_ADDRESS);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    servers.allowPort(port);

    await expect(send(`http://api.example.com:${port}/`)).rejects.toThrow('Parse Error');
    server.close();
  });
});
