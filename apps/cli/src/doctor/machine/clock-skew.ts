import type { Findings } from '../finding.js';

/** As schedulers take it: the network alone can make it look so. */
const TOLERATED_MS = 500;
/** Leases and schedules get into disorder. */
const WRONG_MS = 5_000;

/** A server's clock minus this machine's, and by how much that may be wrong. */
export interface Skew {
  readonly ms: number;
  readonly exactToMs: number;
}

/** A server's clock, read between two looks at this machine's. */
export class ClockReading {
  private readonly sentMs = Date.now();
  private readonly stopwatchMs = performance.now();

  /** To be called when the answer is there. */
  skewOf(serverMs: number): Skew {
    const halfMs = (performance.now() - this.stopwatchMs) / 2;
    return { ms: Math.round(serverMs - (this.sentMs + halfMs)), exactToMs: Math.ceil(halfMs) };
  }
}

/** @param server whose clock it is, for people */
export function judgeSkew(findings: Findings, server: string, { ms, exactToMs }: Skew): void {
  const certainMs = Math.abs(ms) - exactToMs;
  const direction = ms < 0 ? 'behind' : 'ahead of';
  const said = `The clock of ${server} is ${Math.abs(ms)} ms ${direction} this machine's (± ${exactToMs} ms)`;
  const advice = 'Set the clocks by NTP on all machines (`timedatectl set-ntp true`)';
  if (certainMs > WRONG_MS) {
    findings.problem('clock', said, advice);
  } else if (certainMs > TOLERATED_MS) {
    findings.warning('clock', said, advice);
  } else {
    findings.ok('clock', said);
  }
}
