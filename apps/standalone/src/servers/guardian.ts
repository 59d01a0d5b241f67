import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** CONT after the signal: a paused server takes its signal only when it goes on. */
const SCRIPT = 'read -r _; kill -"$1" "$2" 2>/dev/null; kill -CONT "$2" 2>/dev/null';

/**
 * Stops a server when its owner dies, also by kill -9: a shell that reads from a pipe held open by the owner alone.
 * The end of the owner is the end of the pipe. It has a session of its own, so that Ctrl-C in the owner's terminal does not reach it.
 */
export class Guardian {
  private readonly shell: ChildProcess;

  private constructor(shell: ChildProcess) {
    this.shell = shell;
  }

  /**
   * @param pid the server to stop
   * @param signal what stops it
   * @throws Error when the system has no /bin/sh
   */
  static async start(pid: number, signal: 'SIGINT' | 'SIGTERM'): Promise<Guardian> {
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', signal.slice('SIG'.length), String(pid)], {
      cwd: '/',
      detached: true,
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(shell, 'spawn');
    shell.stdin?.on('error', () => undefined);
    // Neither the shell nor its pipe keeps an owner alive that has nothing more to do.
    shell.unref();
    (shell.stdin as { unref?: () => void } | null)?.unref?.();
    return new Guardian(shell);
  }

  /** The guardian's own process. */
  get pid(): number {
    return this.shell.pid!;
  }

  /** Ends the guardian and leaves the server alone. */
  end(): void {
    this.shell.kill('SIGKILL');
  }
}
