import { type ChildProcess, spawn } from 'node:child_process';
import { Logger } from '@nestjs/common';

/** Keeps a list of process groups (`+ 12`, `- 12`); when its input ends, it kills those that are left. */
const SCRIPT = `
trap '' INT TERM HUP
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%% "$group" *} \${groups#* "$group" }" ;; esac ;;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
`;

/**
 * Kills what children have started when the executor itself is killed: the kernel kills the children, but not their
 * children. A shell that reads from a pipe held open by the executor alone; the end of the executor is the end of the
 * pipe. It has a session of its own, so that Ctrl-C in the executor's terminal does not reach it.
 */
export class GroupGuardian {
  private readonly logger = new Logger(GroupGuardian.name);
  private readonly groups = new Set<number>();
  private shell: ChildProcess | undefined;

  add(group: number): void {
    this.groups.add(group);
    if (this.shell === undefined) {
      this.start();
    } else {
      this.tell(`+ ${group}`);
    }
  }

  remove(group: number): void {
    this.groups.delete(group);
    this.tell(`- ${group}`);
  }

  private start(): void {
    const shell = spawn('/bin/sh', ['-c', SCRIPT], {
      cwd: '/',
      detached: true,
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.shell = shell;
    shell.unref();
    (shell.stdin as unknown as { unref(): void }).unref();
    shell.stdin?.on('error', () => undefined);
    shell.once('error', (error) => this.lose(shell, error.message));
    shell.once('exit', (code, signal) => this.lose(shell, `exit ${code ?? signal}`));
    this.groups.forEach((group) => this.tell(`+ ${group}`));
  }

  /** The next child gets another guardian, which is told of all groups again. */
  private lose(shell: ChildProcess, how: string): void {
    if (this.shell === shell) {
      this.shell = undefined;
      this.logger.warn({ how }, 'The guardian of child processes has ended');
    }
  }

  private tell(line: string): void {
    this.shell?.stdin?.write(`${line}\n`);
  }
}
