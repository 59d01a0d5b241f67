/** Agents that run all the time, `agent_0` and so on. */
export const AGENTS = 50;
/** An agent that ran a few times, long ago. */
export const RARE_AGENT = 'rare_agent';
export const METRICS = ['price', 'rows', 'ratio', 'errors', 'label'] as const;
