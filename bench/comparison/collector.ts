import type { ProcessGroups } from './contestant.js';

/** One of those that take `POST /metrics` and answer 201 after the commit. */
export interface Collector {
  readonly id: string;
  readonly name: string;
  /** Resolves with its URL once it answers. */
  start(): Promise<string>;
  /** Without Postgres. */
  processes(): ProcessGroups;
  /** Safe to call again. */
  stop(): Promise<void>;
}
