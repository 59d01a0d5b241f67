import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** An app's `main.ts` as a process of its own. */
export class AppProcess {
  /** What it has printed, standard output and standard error together. */
  output = '';
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  private readonly child: ChildProcess;

  /** @param environment its whole environment, apart from PATH */
  constructor(app: 'setup' | 'scheduler', environment: Record<string, string>) {
    const main = fileURLToPath(new URL(`../../apps/${app}/src/main.ts`, import.meta.url));
    const loader = new URL('typescript-main.mjs', import.meta.url).href;
    this.child = spawn(process.execPath, ['--conditions=source', '--import', loader, main], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (data: Buffer) => (this.output += data.toString()));
    }
    this.exited = once(this.child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as string | null,
    }));
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }
}
