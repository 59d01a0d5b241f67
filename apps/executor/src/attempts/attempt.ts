import type { RegisteredAgent } from '#agents';
import type { RunReporter } from '../context/run-reporter.js';
import type { RunJournal } from '../journal/run-journal.js';
import type { Lease } from '../leases/lease.js';

/** One attempt of a run, and what is written down of it. */
export interface Attempt {
  readonly lease: Lease;
  readonly declaration: RegisteredAgent['declaration'];
  readonly journal: RunJournal;
  readonly reporter: RunReporter;
  /** Milliseconds since the epoch. */
  readonly beganAtMs: number;
}
