import type { Violation } from '../validation/contract-violation.js';

/** Why a command was not carried out; the fields of problem details, RFC 9457. */
export interface CommandProblem {
  /** As HTTP would say it: 400 for a command that breaks its contract, 404, 503 when it may be tried again. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** What is wrong with which field. */
  readonly errors?: readonly Violation[];
}

/** The answer to a command. */
export type CommandReply<T extends object> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly problem: CommandProblem };
