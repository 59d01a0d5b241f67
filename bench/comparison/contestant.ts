/** Process ids by what the processes are. */
export type ProcessGroups = Readonly<Record<string, readonly number[]>>;

/** What is told while something long goes on. */
export type OnProgress = (done: number) => void;

/** One of those that are compared. All of them store the same rows in the same Postgres. */
export interface Contestant {
  /** For `--only`. */
  readonly id: string;
  readonly name: string;
  /** Of the backlog, so that all take about as long. */
  readonly backlogRuns: number;
  /** How it is set up, for the results. */
  readonly settings: string;

  /** Starts what has to run before anybody asks for runs. Nobody works yet. */
  prepare(): Promise<void>;

  /** Asks for runs named `<prefix>-<number>` as fast as it can. Resolves once they are stored and nothing moves. */
  enqueue(prefix: string, count: number, onProgress: OnProgress): Promise<void>;

  /** Asks for runs named `<prefix>-<number>` at an even pace, while they are worked on. */
  requestPaced(prefix: string, count: number, perSecond: number): Promise<void>;

  /** Resolves once the workers have been started. */
  startWorking(): Promise<void>;

  /** All processes that take part, without Postgres. */
  processes(): ProcessGroups;

  /** @throws Error with the last words of a process that has ended */
  assertRuns(): void;

  /** Ends all that `prepare` and `startWorking` have started. Safe to call again. */
  stop(): Promise<void>;
}
