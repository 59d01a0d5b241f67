/** What is started as a child, and how it is spoken to. */
export interface ChildProgram {
  /** For logs and metrics. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd?: string;
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** `warm`: says hello and takes run after run. `single`: is started for one run. */
  readonly life: 'warm' | 'single';
  /** Where its messages come from: standard output, or a pipe of their own, the child's descriptor 3. */
  readonly channel: 'stdout' | 'descriptor3';
  /** Mebibytes that it and all it has started may hold. */
  readonly memoryLimitMb: number;
}
