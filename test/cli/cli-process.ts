import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../apps/cli/bin/agent-platform.mjs', import.meta.url));

/** The command line in a process of its own. */
export class CliProcess {
  private out = '';
  private err = '';
  private readonly closed: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.closed = once(child, 'close');
    child.stdout?.on('data', (data: Buffer) => (this.out += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.err += data.toString()));
  }

  /** @param pythonDir its Python agents; the project's own when absent */
  static spawn(words: readonly string[], pythonDir?: string): CliProcess {
    return CliProcess.spawnWith(words, pythonDir === undefined ? {} : { EXECUTOR_PYTHON_DIR: pythonDir });
  }

  /**
   * @param environment all variables that it sees beside PATH
   * @param input what it reads from standard input
   */
  static spawnWith(
    words: readonly string[],
    environment: Readonly<Record<string, string>>,
    input?: string,
  ): CliProcess {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdin?.end(input);
    return new CliProcess(child);
  }

  /** What it has printed on standard output. */
  get output(): string {
    return this.out;
  }

  /** What it has printed on standard error. */
  get messages(): string {
    return this.err;
  }

  /** Resolves once standard error has `text`. */
  async said(text: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.err.includes(text)) {
          throw new Error(`It has not said "${text}" but:\n${this.err}`);
        }
      },
      { timeout: 15_000, interval: 20 },
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves with the exit code when both streams have ended. */
  async ended(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }
}
