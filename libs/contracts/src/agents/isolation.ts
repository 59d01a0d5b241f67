/**
 * Where an agent's code runs. `inline`: in the executor itself, for code that waits on I/O. `process`: a Nest agent in
 * a pool of child processes, for code that computes. `python`: a Python agent in a child. `command`: any program that
 * speaks the child protocol.
 */
export const ISOLATIONS = ['inline', 'process', 'python', 'command'] as const;
export type Isolation = (typeof ISOLATIONS)[number];
