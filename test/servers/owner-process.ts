import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { processTable } from './process-table.js';

export interface StartedServers {
  /** Process ids. */
  nats: number;
  postgres: number;
  natsPort: number;
}

/** A process of its own that owns a nats-server and a Postgres in `directory`, so that a spec can kill an owner. */
export class OwnerProcess {
  readonly servers: StartedServers;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, servers: StartedServers) {
    this.child = child;
    this.servers = servers;
  }

  static async start(directory: string): Promise<OwnerProcess> {
    const binary = inject('natsBinary');
    const child = spawn(
      process.execPath,
      [
        '--import',
        fileURLToPath(new URL('../support/typescript-imports.mjs', import.meta.url)),
        fileURLToPath(new URL('owner.ts', import.meta.url)),
        directory,
        binary.path,
        binary.version,
        inject('postgresPassword'),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const [line] = (await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`The owner ended with ${String(code)}`))),
    ])) as [Buffer];
    return new OwnerProcess(child, JSON.parse(line.toString()) as StartedServers);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
  }

  /** kill -9 of the owner and its guardians at once: the servers are left behind. */
  async killWithGuardians(): Promise<void> {
    for (const row of processTable()) {
      if (row.parent === this.pid && row.pid !== this.servers.nats && row.pid !== this.servers.postgres) {
        process.kill(row.pid, 'SIGKILL');
      }
    }
    await this.kill();
  }
}
