import { writeSync } from 'node:fs';

const FREE = 0;
const TAKEN = 1;

/**
 * Writes lines for the executor, at once: when `write` returns the line is out, even if the process dies next or its
 * agent never waits again. Blocks while the executor does not read. Both threads of a child have one, and the lock
 * keeps their lines apart.
 */
export class LineWriter {
  /** @param lock one number shared by both threads, 0 at first */
  constructor(
    private readonly descriptor: number,
    private readonly lock: Int32Array,
  ) {}

  /** @throws Error when the executor is gone */
  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    while (Atomics.compareExchange(this.lock, 0, FREE, TAKEN) !== FREE) {
      Atomics.wait(this.lock, 0, TAKEN);
    }
    try {
      for (let written = 0; written < bytes.length;) {
        written += writeSync(this.descriptor, bytes, written);
      }
    } finally {
      Atomics.store(this.lock, 0, FREE);
      Atomics.notify(this.lock, 0, 1);
    }
  }
}
