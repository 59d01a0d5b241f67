import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const BUILT = new URL('../../dist/', import.meta.url);

/** A built program in a process of its own, so that a spec can kill it. */
export class ServiceProcess {
  private text = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (data: Buffer) => (this.text += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.text += data.toString()));
  }

  /** @param program path below `dist/`, such as `apps/ingest/src/main.js` */
  static spawn(program: string, environment: Record<string, string>): ServiceProcess {
    const child = spawn(process.execPath, [fileURLToPath(new URL(program, BUILT))], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServiceProcess(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Everything that it has printed, on both streams. */
  get output(): string {
    return this.text;
  }

  /** Resolves once it has printed `text`. @throws Error with its output when it doesn't */
  async printed(text: string, timeoutMs = 15_000): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.text.includes(text)) {
          throw new Error(`It has not printed "${text}" but:\n${this.text}`);
        }
      },
      { timeout: timeoutMs, interval: 20 },
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves with the exit code, or with the signal that ended it. */
  async ended(): Promise<number | NodeJS.Signals> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await once(this.child, 'exit');
    }
    return this.child.exitCode ?? this.child.signalCode ?? 0;
  }

  /** kill -9. Safe to call again. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }
}
