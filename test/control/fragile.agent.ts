import { Agent, BaseAgent } from '#agents';
import type { MetricValues } from '#contracts';

/** Fails as long as the spec wants it to. */
@Agent({
  name: 'fragile',
  description: 'Fails while it is told to',
  attemptLimit: 1,
  breakerFailures: 3,
  breakerPauseMs: 500,
})
export class FragileAgent extends BaseAgent {
  static isBroken = false;
  /** When each run began, milliseconds since the epoch. */
  static readonly begun: number[] = [];

  run(): MetricValues {
    FragileAgent.begun.push(Date.now());
    if (FragileAgent.isBroken) {
      throw new Error('broken on purpose');
    }
    return { fine: true };
  }
}
