import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

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

  /** @param program of the build */
  static start(name: string, program: URL, environment: Record<string, string>): BenchService {
    const { PATH = '', HOME = '' } = process.env;
    const child = fork(fileURLToPath(program), [], {
      execArgv: ['--enable-source-maps', '--import', LOADED_FIRST],
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new BenchService(name, child);
  }

  /** Resolves once it has said that it works. @throws Error with its last words when it ends instead */
  async ready(): Promise<void> {
    const settled = new AbortController();
    const { signal } = settled;
    const ended = async (): Promise<void> => {
      await once(this.child, 'exit', { signal });
      throw new Error(`${this.name} has ended: ${this.lastWords}`);
    };
    try {
      await Promise.race([once(this.child, 'message', { signal }), ended()]);
    } finally {
      settled.abort();
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

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
