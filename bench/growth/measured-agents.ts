/** Agents that run all the time, `agent_0` and so on. */
export const AGENTS = 50;
/** An agent that ran a few times, at the beginning of the history. */
export const RARE_AGENT = 'rare_agent';
/** Its runs, as many in every history. */
export const RARE_RUNS = 200;
/** An agent that ran all the time, until a tenth of the history was over. */
export const FORMER_AGENT = 'former_agent';
export const METRICS = ['price', 'rows', 'ratio', 'errors', 'label'] as const;
