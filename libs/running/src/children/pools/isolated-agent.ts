import type { RegisteredAgent } from '#agents';

/** An agent wherever its code runs; any `RegisteredAgent` is one. */
export interface IsolatedAgent extends Pick<RegisteredAgent, 'declaration' | 'command'> {
  /** Where the command of an agent of isolation `python` or `command` starts. Defaults to the executor's directory. */
  readonly cwd?: string;
}
