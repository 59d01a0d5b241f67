import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range that Linux and macOS give to outgoing connections: a client that reconnects cannot take the port of a server that restarts. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const TRIES = 100;

/** Ports given out by this process: two servers that start side by side never get the same one. */
const given = new Set<number>();

/**
 * A TCP port that is free on 127.0.0.1: `preferred` if it is free, otherwise any.
 * @throws Error when no free port is found
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) {
    return preferred;
  }
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
  throw new Error(`No free port found on 127.0.0.1 between ${LOWEST_PORT} and ${HIGHEST_PORT}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
