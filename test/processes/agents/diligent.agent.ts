import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';
import { DiligentInput } from './diligent-input.js';

/** Computes without ever giving the event loop a turn, tells how far it is, and stops when it is told to. */
@Agent({
  name: 'diligent',
  description: 'Computes',
  isolation: 'process',
  memoryLimitMb: 256,
  inputClass: DiligentInput,
})
export class DiligentAgent extends BaseAgent<DiligentInput> {
  run(context: RunContext<DiligentInput>): MetricValues {
    const { input, signal } = context;
    const computeMs = input.compute_ms ?? 0;
    const startedAt = performance.now();
    let turns = 0;
    for (let elapsedMs = 0; elapsedMs < computeMs; elapsedMs = performance.now() - startedAt) {
      signal.throwIfAborted();
      context.progress((100 * elapsedMs) / computeMs, `turn ${turns}`);
      turns += 1;
    }
    context.progress(100, 'done');
    context.metric('pid', process.pid);
    return { turns };
  }
}
