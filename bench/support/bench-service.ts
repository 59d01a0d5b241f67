import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** As Compose and `npm start` run Node. */
const AS_DEPLOYED = ['--max-semi-space-size=32'];
const LOADED_FIRST = new URL('end-with-parent.js', import.meta.url).href;
const KEPT_OUTPUT = 4_000;

/** A built service in a process of its own. It ends with the bench, however that ends. */
export class BenchService {
  private lastWords = '';

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    const keep = (data: Buffer): void => {
      this.lastWords = (this.lastWords + data.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  /**
   * @param program of the build
   * @param nodeOptions further options of Node, such as `--cpu-prof`
   */
  static start(
    name: string,
    program: URL,
    environment: Record<string, string>,
    nodeOptions: readonly string[] = [],
  ): BenchService {
    const { PATH = '', HOME = '' } = process.env;
    const child = fork(fileURLToPath(program), [], {
      execArgv: [...AS_DEPLOYED, '--import', LOADED_FIRST, ...nodeOptions],
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new BenchService(name, child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves once it has said that it works. @throws Error with its last words when it ends instead */
  async ready(): Promise<void> {
    await this.message();
  }

  /** The next thing that it says to the bench. @throws Error with its last words when it ends instead */
  async message<T>(): Promise<T> {
    const settled = new AbortController();
    const { signal } = settled;
    const ended = async (): Promise<never> => {
      await once(this.child, 'exit', { signal });
      throw new Error(`${this.name} has ended: ${this.lastWords}`);
    };
    try {
      const [message] = await Promise.race([once(this.child, 'message', { signal }), ended()]);
      return message as T;
    } finally {
      settled.abort();
    }
  }

  /** Resolves once it has ended by itself. @throws Error with its last words when that was no success */
  async ended(): Promise<void> {
    if (!this.hasEnded) {
      await once(this.child, 'exit');
    }
    if (this.child.exitCode !== 0) {
      throw new Error(`${this.name} has failed: ${this.lastWords}`);
    }
  }

  /** @throws Error with its last words when it has ended */
  assertRuns(): void {
    if (this.hasEnded) {
      throw new Error(`${this.name} has ended: ${this.lastWords}`);
    }
  }

  /** Ends it in good order. Safe to call again. */
  async stop(): Promise<void> {
    if (!this.hasEnded) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
  }

  /** SIGKILL, as a crash. */
  async kill(): Promise<void> {
    if (!this.hasEnded) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
