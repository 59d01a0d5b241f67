import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { LogEntryLevel } from '#contracts';
import type { AttemptOutcome } from '../../attempts/attempt-outcome.js';
import type { ChildProgram } from '../processes/child-program.js';
import { type Ending, RunningProgram } from '../processes/running-program.js';
import { type ChildMessage, type HelloMessage, PROTOCOL_VERSION } from '../protocol/child-message.js';
import { looksLikeMessage, parseChildLine } from '../protocol/parse-child-line.js';
import { ChildRun, type RunTask } from './child-run.js';
import type { ChildServices } from './child-services.js';
import { ChildStartError } from './child-start-error.js';
import { endingText, fault } from './ending-text.js';

/** Longest time from start to `hello`. */
const START_MS = 60_000;
/** An executor that stops can't wait for the whole grace of an agent. */
const DRAIN_GRACE_MS = 2_000;
/** How long a child may take to end after the end of its input. */
const CLOSE_MS = 3_000;
/** A child that asks for more than it reads is stopped: the answers would pile up here. */
const MAX_UNREAD_BYTES = 8_388_608;
/** Longest line that is kept of what an agent prints. */
const MAX_PRINT_CHARACTERS = 8_192;
const MAX_STRAY_CHARACTERS = 500;
const MIB = 1_048_576;

/** A child process that works on one run at a time. */
export class ChildWorker {
  /** Resolves when the child can take its first run. @throws ChildStartError */
  readonly ready: Promise<HelloMessage | undefined>;
  /** Resolves when its process has ended. */
  readonly ended: Promise<Ending>;
  /** Runs that it was given. */
  runs = 0;
  /** Bytes of memory that it held when it was last measured. */
  memoryBytes = 0;

  private readonly logger = new Logger(ChildWorker.name);
  private readonly process: RunningProgram;
  private readonly started = Promise.withResolvers<HelloMessage | undefined>();
  private run: ChildRun | undefined;
  private hasEnded = false;
  private isClosing = false;
  private pings = 0;
  private lastPong = 0;

  constructor(
    private readonly program: ChildProgram,
    private readonly services: ChildServices,
  ) {
    this.process = new RunningProgram(program, services.guardian, {
      onLine: (line, isWhole) => this.read(line, isWhole),
      onText: (level, text) => this.print(level, text),
    });
    this.ended = this.process.ended;
    this.ready = this.start();
    [this.ready, this.started.promise].forEach((promise) => void promise.catch(() => undefined));
    void this.ended.then((ending) => this.end(ending));
  }

  /** Whether it can be given a run. */
  get isUsable(): boolean {
    return !this.hasEnded && !this.isClosing;
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Has one run done. Never rejects; the child may have ended when this resolves. */
  async work(task: RunTask): Promise<AttemptOutcome> {
    const run = new ChildRun(task, async () => await this.process.catchUp());
    const { signal } = task.context;
    const interrupt = (): void => this.interrupt(run);
    const endWatch = this.watchMemory(run);
    this.run = run;
    this.runs += 1;
    this.process.send(task.message);
    signal.addEventListener('abort', interrupt, { once: true });
    if (signal.aborted) {
      interrupt();
    }
    if (this.hasEnded) {
      run.end(await this.ended);
    }
    try {
      return await run.outcome;
    } finally {
      signal.removeEventListener('abort', interrupt);
      this.memoryBytes = endWatch();
      this.run = undefined;
    }
  }

  /** Whether an idle child still answers; one that doesn't within `limitMs` is killed. */
  async check(limitMs: number): Promise<void> {
    this.pings += 1;
    const n = this.pings;
    this.process.send({ type: 'ping', n });
    await delay(limitMs, undefined, { ref: false });
    if (this.lastPong < n && this.run === undefined && !this.hasEnded) {
      this.logger.warn({ program: this.program.name, pid: this.pid }, 'A child does not answer');
      this.kill();
    }
  }

  /** Ends the child: by the end of its input, and if that is not enough by force. Safe to call again. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.process.endInput();
    const timer = setTimeout(() => this.kill(), CLOSE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.isClosing = true;
    this.process.signal('SIGKILL');
  }

  private async start(): Promise<HelloMessage | undefined> {
    if (this.program.life === 'single') {
      return undefined;
    }
    const timer = setTimeout(() => {
      this.refuse(new ChildStartError('silent', `The child has said nothing for ${START_MS} ms`));
    }, START_MS);
    try {
      return await this.started.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  private refuse(error: ChildStartError): void {
    this.started.reject(error);
    this.kill();
  }

  private watchMemory(run: ChildRun): () => number {
    const limitMb = this.program.memoryLimitMb;
    if (this.pid === undefined) {
      return () => 0;
    }
    return this.services.memory.watch(this.pid, limitMb * MIB, (bytes) => {
      const error = `It held ${Math.round(bytes / MIB)} MiB, and its limit is ${limitMb} MiB`;
      run.fail(fault('memory', error));
      this.kill();
    });
  }

  private interrupt(run: ChildRun): void {
    const reason = run.interruption?.reason ?? 'fenced';
    if (reason === 'fenced') {
      return this.kill(); // the run is another executor's now
    }
    this.process.send({ type: 'cancel', id: run.task.message.id, reason });
    if (this.program.life === 'single') {
      this.process.signal('SIGTERM');
    }
    const { killGraceMs } = run.task;
    const graceMs = reason === 'drain' ? Math.min(killGraceMs, DRAIN_GRACE_MS) : killGraceMs;
    const timer = setTimeout(() => {
      run.killAfter(graceMs);
      this.kill();
    }, graceMs);
    void run.outcome.then(() => clearTimeout(timer));
  }

  private read(line: string, isWhole: boolean): void {
    if (!isWhole && looksLikeMessage(line)) {
      return this.breakOff('a message is longer than a line may be, 1 MiB');
    }
    const parsed = isWhole ? parseChildLine(line) : { kind: 'text' as const };
    switch (parsed.kind) {
      case 'message':
        return this.handle(parsed.message);
      case 'malformed':
        return this.breakOff(parsed.problem);
      case 'text':
        return this.print('info', line);
    }
  }

  private handle(message: ChildMessage): void {
    if (message.type === 'pong') {
      this.lastPong = message.n;
    } else if (message.type === 'hello') {
      this.greet(message);
    } else if (message.type === 'error' && typeof message.id !== 'string') {
      this.refuse(new ChildStartError('crash', `${message.error_type}: ${message.message}`));
    } else if (this.run !== undefined && message.id === this.run.task.message.id) {
      this.run.handle(message, (reply) => this.reply(reply));
    }
  }

  private greet(hello: HelloMessage): void {
    if (hello.protocol === PROTOCOL_VERSION) {
      return this.started.resolve(hello);
    }
    const problem = `it speaks protocol ${hello.protocol}, this executor speaks ${PROTOCOL_VERSION}`;
    this.refuse(new ChildStartError('protocol', `The child can't be understood: ${problem}`));
    this.breakOff(problem);
  }

  private reply(message: object): void {
    if (this.process.unreadBytes > MAX_UNREAD_BYTES) {
      this.breakOff('it asks its cache for more than it reads');
    } else {
      this.process.send(message);
    }
  }

  private breakOff(problem: string): void {
    const error = `The child broke the protocol: ${problem}`;
    this.run?.fail(fault('protocol', error));
    this.started.reject(new ChildStartError('protocol', error));
    this.kill();
  }

  private print(level: LogEntryLevel, text: string): void {
    if (this.run === undefined) {
      this.logger.debug(
        { program: this.program.name, pid: this.pid, text: text.slice(0, MAX_STRAY_CHARACTERS) },
        'A child without a run printed',
      );
    } else {
      this.run.print(level, text.slice(0, MAX_PRINT_CHARACTERS));
    }
  }

  private end(ending: Ending): void {
    this.hasEnded = true;
    this.started.reject(new ChildStartError('crash', endingText(ending)));
    this.run?.end(ending);
  }
}
