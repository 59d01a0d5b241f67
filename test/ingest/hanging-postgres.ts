import { execFileSync } from 'node:child_process';
import type { PostgresServer } from '../../apps/standalone/src/servers/postgres-server.js';

/** SIGSTOP for a whole Postgres: connections stay open, new ones are taken by the system, and nothing answers. */
export class HangingPostgres {
  private constructor(private readonly pids: readonly number[]) {}

  static hang({ pid }: PostgresServer): HangingPostgres {
    if (pid === undefined) {
      throw new Error('Postgres does not run');
    }
    process.kill(pid, 'SIGSTOP'); // first, so that no process is added
    const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    const children = processes
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : []));
    children.forEach((child) => process.kill(child, 'SIGSTOP'));
    return new HangingPostgres([pid, ...children]);
  }

  goOn(): void {
    for (const pid of this.pids) {
      process.kill(pid, 'SIGCONT');
    }
  }
}
