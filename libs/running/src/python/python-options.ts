/** Where Python agents are, and what runs them. */
export interface PythonOptions {
  /** The folder that holds the package `agent_platform`, and `agents`. */
  readonly folder: string;
  /** The interpreter of agents without an environment of their own. */
  readonly program: string;
  /** The whole environment of workers. */
  readonly environment: Readonly<Record<string, string>>;
}
