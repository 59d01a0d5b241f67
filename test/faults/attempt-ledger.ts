import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Platform } from '../support/platform.js';

interface Line {
  readonly what: 'begin' | 'end';
  readonly requestId: string;
  readonly attempt: number;
  readonly pid: number;
}

/** The file in which agents note what they really did, whatever the platform believes. */
export class AttemptLedger {
  readonly path: string;

  constructor(platform: Platform) {
    this.path = join(platform.servers.directory, 'attempts.ledger');
  }

  async lines(): Promise<Line[]> {
    const text = await readFile(this.path, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [what, requestId = '', attempt, pid] = line.split(' ');
        return { what: what as Line['what'], requestId, attempt: Number(attempt), pid: Number(pid) };
      });
  }

  /** The beginnings of attempts, of one run or of all. */
  async begun(requestId?: string): Promise<Line[]> {
    const lines = await this.lines();
    return lines.filter(
      (line) => line.what === 'begin' && (requestId === undefined || line.requestId === requestId),
    );
  }

  /** Resolves once each of the runs has begun. */
  async untilBegun(requestIds: readonly string[], timeoutMs = 10_000): Promise<void> {
    await vi.waitFor(
      async () => {
        const begun = new Set((await this.begun()).map(({ requestId }) => requestId));
        const missing = requestIds.filter((requestId) => !begun.has(requestId));
        if (missing.length > 0) {
          throw new Error(`These runs have not begun: ${missing.join(', ')}`);
        }
      },
      { timeout: timeoutMs, interval: 10 },
    );
  }
}
