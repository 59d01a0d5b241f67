import type { Isolation } from '#contracts';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';

/** More runs than the bench asks for: no child is ever replaced. */
const NEVER_REPLACED = 1_000_000;

/** One line of the results. */
export interface IsolationCase {
  readonly isolation: Isolation;
  /** Runs after which a child is replaced. */
  readonly childRuns: number;
  readonly label: string;
}

/** Each isolation as executors run it by default, then those with warm children once more without replacing any. */
export function isolationCases(isolations: readonly Isolation[]): IsolationCase[] {
  const { childRuns } = new ExecutorConfiguration();
  const asShipped = isolations.map((isolation) => ({ isolation, childRuns, label: isolation }));
  const kept = isolations
    .filter((isolation) => isolation === 'process' || isolation === 'python')
    .map((isolation) => ({
      isolation,
      childRuns: NEVER_REPLACED,
      label: `${isolation}, no child replaced`,
    }));
  return [...asShipped, ...kept];
}
