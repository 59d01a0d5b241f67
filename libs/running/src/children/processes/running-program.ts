import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { LogEntryLevel } from '#contracts';
import { MAX_CHILD_LINE_BYTES } from '../protocol/child-message.js';
import { LineReader } from '../protocol/line-reader.js';
import type { ChildProgram } from './child-program.js';
import { deathSignalPrefix } from './death-signal.js';
import type { GroupGuardian } from './group-guardian.js';

/** Longer prints are cut. */
const MAX_TEXT_BYTES = 8_192;
const LAST_LINES = 10;
const LAST_LINE_CHARACTERS = 500;
/** How long the last words of a child that has ended may take to arrive. */
const LAST_WORDS_MS = 500;
const CATCH_UP_MS = 10;

/** How a child's process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  readonly spawnError?: string;
  /** What it last printed on standard error, oldest first. */
  readonly lastLines: readonly string[];
}

export interface RunningProgramListener {
  /** A line of the channel of messages. @param isWhole false when it was too long and this is its beginning */
  onLine(line: string, isWhole: boolean): void;
  /** A line that it printed elsewhere. */
  onText(level: LogEntryLevel, text: string): void;
}

/** A process group of its own that dies with the executor, whatever it does. */
export class RunningProgram {
  /** Resolves when the process has ended and said its last words; all that it had started is killed by then. */
  readonly ended: Promise<Ending>;
  private readonly child: ChildProcess;
  private readonly lastLines: string[] = [];
  private readonly prints: LineReader[] = [];

  constructor(
    program: ChildProgram,
    private readonly guardian: GroupGuardian,
    listener: RunningProgramListener,
  ) {
    const [file = '', ...words] = [...deathSignalPrefix(), ...program.command];
    const hasOwnChannel = program.channel === 'descriptor3';
    this.child = spawn(file, words, {
      ...(program.cwd !== undefined && { cwd: program.cwd }),
      detached: true,
      env: program.environment,
      stdio: ['pipe', 'pipe', 'pipe', ...(hasOwnChannel ? (['pipe'] as const) : [])],
    });
    if (this.child.pid !== undefined) {
      guardian.add(this.child.pid);
    }
    this.child.stdin?.on('error', () => undefined); // its end is told by `ended`
    this.ended = this.end();
    this.read(hasOwnChannel, listener);
  }

  /** Process id, and id of its process group; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Bytes that were sent to it and that it has not read. */
  get unreadBytes(): number {
    return this.child.stdin?.writableLength ?? 0;
  }

  send(message: object): void {
    if (this.child.stdin?.writable === true) {
      this.child.stdin.write(`${JSON.stringify(message)}\n`);
    }
  }

  /** Asks it to end. */
  endInput(): void {
    this.child.stdin?.end();
  }

  /** Sends a signal to the whole process group, if it is still there. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      killGroup(this.pid, signal);
    }
  }

  /**
   * Resolves when what it has printed before its last message is read: that comes through other pipes. What it has
   * printed without ending the line is a line then.
   */
  async catchUp(): Promise<void> {
    const until = performance.now() + LAST_WORDS_MS;
    await turn();
    while (this.prints.some(({ isBehind }) => isBehind) && performance.now() < until) {
      await setTimeout(CATCH_UP_MS);
      await turn();
    }
    this.prints.forEach((reader) => reader.flush());
  }

  private read(hasOwnChannel: boolean, listener: RunningProgramListener): void {
    const { stdout, stderr } = this.child;
    const channel = hasOwnChannel ? (this.child.stdio[3] as Readable) : stdout;
    const print = (stream: Readable | null, level: LogEntryLevel, keep?: string[]): void => {
      const onLine = (line: string): void => {
        keep?.push(line.slice(0, LAST_LINE_CHARACTERS));
        keep?.splice(0, keep.length - LAST_LINES);
        listener.onText(level, line);
      };
      if (stream !== null) {
        this.prints.push(readLines(stream, onLine, MAX_TEXT_BYTES));
      }
    };
    if (channel !== null) {
      readLines(channel, (line, isWhole) => listener.onLine(line, isWhole), MAX_CHILD_LINE_BYTES);
    }
    print(stderr, 'warn', this.lastLines);
    if (hasOwnChannel) {
      print(stdout, 'info');
    }
  }

  private async end(): Promise<Ending> {
    const { child, lastLines } = this;
    const closed = new Promise((resolve) => child.once('close', resolve));
    const failed = once(child, 'error').then(([error]) => (error as Error).message);
    const exited = new Promise<undefined>((resolve) => child.once('exit', () => resolve(undefined)));
    const spawnError = await Promise.race([failed, exited]);
    if (child.pid !== undefined) {
      killGroup(child.pid, 'SIGKILL');
      this.guardian.remove(child.pid);
    }
    await Promise.race([closed, setTimeout(LAST_WORDS_MS, undefined, { ref: false })]);
    [child.stdin as Writable, ...child.stdio.slice(1)].forEach((stream) => stream?.destroy());
    return {
      code: child.exitCode,
      signal: child.signalCode,
      lastLines,
      ...(spawnError !== undefined && { spawnError }),
    };
  }
}

/** Every pipe is looked at in a turn of the event loop; the one that goes on is not counted. */
async function turn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

function readLines(stream: Readable, onLine: RunningProgramListener['onLine'], maxBytes: number): LineReader {
  return new LineReader(stream, { maxBytes, onLine });
}

function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') {
      throw error; // otherwise there is nobody left, or nobody of ours
    }
  }
}
