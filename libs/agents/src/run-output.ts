import type { MetricValues } from '#contracts';

/** What `run` returns: a flat map of metrics, or a `RunOutput` where there is a result as well. */
export type AgentOutput = MetricValues | RunOutput;

/** Metrics of a run together with its result: `return new RunOutput({ metrics: { rows: 3 }, result: { … } })`. */
export class RunOutput {
  /** @param output the result is any JSON value; with the metrics it must fit into a message of 1 MB */
  constructor(private readonly output: { readonly metrics: MetricValues; readonly result?: unknown }) {}

  get metrics(): MetricValues {
    return this.output.metrics;
  }

  /** `undefined` when the run has none. */
  get result(): unknown {
    return this.output.result;
  }

  /** Either form of an agent's output, as this one. */
  static from(output: AgentOutput): RunOutput {
    return output instanceof RunOutput ? output : new RunOutput({ metrics: output });
  }
}
