import type { CommandProblem } from '#contracts';

/** The platform has taken a command and will not carry it out; the message says why. */
export class RefusedError extends Error {
  constructor(readonly problem: CommandProblem) {
    super(problem.detail);
    this.name = 'RefusedError';
  }
}
