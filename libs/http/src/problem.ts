import type { Violation } from '#contracts';

/** Problem details, RFC 9457. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** What is wrong with which field, when the body or query is to blame. */
  readonly errors?: readonly Violation[];
}
