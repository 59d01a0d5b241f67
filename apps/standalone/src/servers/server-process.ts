import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { Guardian } from './guardian.js';
import { ServerRecord } from './server-record.js';

/** A server that does not obey its stop signal within this time is killed. */
const STOP_MS = 20_000;
const LOG_TAIL_LINES = 15;

export interface ServerProcessOptions {
  command: string;
  args: string[];
  /** What the server prints; emptied at each start. */
  logFile: string;
  /** Where a later owner finds this server after a kill -9 of this one. */
  recordFile: string;
  /** What makes the server end in good order. */
  stopSignal: 'SIGINT' | 'SIGTERM';
  /** The system account of the server, this process's own by default. */
  account?: { uid: number; gid: number };
  env: NodeJS.ProcessEnv;
}

/**
 * A server that lives and dies with this process. It runs in a session of its own: Ctrl-C in the terminal reaches the owner alone,
 * which stops it after its services have drained.
 */
export class ServerProcess {
  private readonly child: ChildProcess;
  private readonly guardian: Guardian;
  private readonly record: ServerRecord;
  private readonly options: ServerProcessOptions;

  private constructor(
    child: ChildProcess,
    guardian: Guardian,
    record: ServerRecord,
    options: ServerProcessOptions,
  ) {
    this.child = child;
    this.guardian = guardian;
    this.record = record;
    this.options = options;
    child.once('exit', () => guardian.end());
    if (!this.running) {
      guardian.end();
    }
  }

  /** @throws Error when the command cannot be run, or another owner runs a server on the same record */
  static async launch(options: ServerProcessOptions): Promise<ServerProcess> {
    const record = new ServerRecord(options.recordFile);
    await record.clear(options.stopSignal);
    const log = await open(options.logFile, 'w', 0o600);
    try {
      const child = spawn(options.command, options.args, {
        ...options.account,
        cwd: '/',
        detached: true,
        env: options.env,
        // A file, not a pipe: a server that outlives its owner must not die of a broken pipe before it has stopped in good order.
        stdio: ['ignore', log.fd, log.fd],
      });
      await once(child, 'spawn');
      child.unref();
      try {
        const guardian = await Guardian.start(child.pid!, options.stopSignal);
        await record.write(child.pid!);
        return new ServerProcess(child, guardian, record, options);
      } catch (error) {
        child.kill('SIGKILL');
        throw error;
      }
    } finally {
      await log.close();
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Stops the server in good order; one that does not obey is killed after 20 s. Safe to call again. */
  async stop(): Promise<void> {
    // The guardian goes first: a process id that is free again may belong to somebody else.
    this.guardian.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    await this.end(this.options.stopSignal);
    clearTimeout(timer);
  }

  /** SIGKILL, as a crash. */
  async kill(): Promise<void> {
    this.guardian.end();
    await this.end('SIGKILL');
  }

  /** Sends a signal that does not end the server. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** The last lines that the server printed. */
  async logTail(): Promise<string> {
    const log = await readFile(this.options.logFile, 'utf8').catch(() => '');
    return log.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.running) {
      this.child.ref();
      const exited = once(this.child, 'exit');
      this.child.kill(signal);
      this.child.kill('SIGCONT');
      await exited;
    }
    await this.record.remove();
  }
}
