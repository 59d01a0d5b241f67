import { type AgentBreaker, type AgentPause, parseAgentBreaker } from '#contracts';

/** Whether an agent may run. */
export interface AgentStanding {
  /** Nothing unless it is paused. */
  readonly pause: Partial<AgentPause> | undefined;
  /** Nothing while it is closed. */
  readonly breaker: AgentBreaker | undefined;
}

/** Of a pause that somebody stored by hand, anything may stand there: the key alone pauses. */
export function pauseOf(value: Uint8Array): Partial<AgentPause> {
  const { at, by, reason } = fieldsOf(value);
  return {
    ...(typeof at === 'string' && { at }),
    ...(typeof by === 'string' && { by }),
    ...(typeof reason === 'string' && { reason }),
  };
}

/** One that can't be read counts as closed, as executors have it. */
export function breakerOf(value: Uint8Array): AgentBreaker | undefined {
  try {
    return parseAgentBreaker(value);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: Uint8Array): Record<string, unknown> {
  try {
    return Object(JSON.parse(new TextDecoder().decode(value))) as Record<string, unknown>;
  } catch {
    return {};
  }
}
