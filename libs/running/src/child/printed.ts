import { setTimeout } from 'node:timers/promises';
import type { Writable } from 'node:stream';

/** Somebody else may hold the pipes up for ever. */
const LIMIT_MS = 2_000;

/** Resolves when all that was printed has left this process: large prints wait until the executor has read some. */
export async function printed(): Promise<void> {
  const waiting = [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0);
  if (waiting.length > 0) {
    await Promise.race([Promise.all(waiting.map(written)), setTimeout(LIMIT_MS, undefined, { ref: false })]);
  }
}

async function written(stream: Writable): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.write('', () => resolve());
  });
}
