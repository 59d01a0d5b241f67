import { Logger } from '@nestjs/common';
import type { AttemptOutcome } from '../../attempts/attempt-outcome.js';
import { Interruption } from '../../attempts/interruption.js';
import type { ChildProgram } from '../processes/child-program.js';
import type { RunTask } from '../workers/child-run.js';
import type { ChildServices } from '../workers/child-services.js';
import { fault } from '../workers/ending-text.js';
import { ChildStartError } from '../workers/child-start-error.js';
import { ChildWorker } from '../workers/child-worker.js';
import type { PoolObserver } from './pool-observer.js';

/** A child that holds more than this part of its memory limit after a run does not get another one. */
const BLOATED = 0.75;
const MIB = 1_048_576;

export interface ChildPoolOptions {
  readonly program: ChildProgram;
  /** Children at the same time; further runs wait. */
  readonly maxChildren: number;
  /** A child is replaced after so many runs. */
  readonly runsPerChild: number;
  /** Milliseconds after which a child without work is closed. */
  readonly idleMs: number;
  /** Milliseconds that an idle child may take to answer. */
  readonly answerMs: number;
}

interface Waiter {
  readonly resolve: (child: ChildWorker) => void;
  readonly reject: (error: unknown) => void;
}

/** Children that run one program: started at first use, kept warm, replaced when they die or have done their runs. */
export class ChildPool {
  private readonly logger = new Logger(ChildPool.name);
  private readonly children = new Set<ChildWorker>();
  private readonly ending = new Set<Promise<unknown>>();
  /** The one used last is at the end and used next, so that those too many grow old. */
  private readonly idle: { readonly child: ChildWorker; readonly sinceMs: number }[] = [];
  private readonly waiters: Waiter[] = [];
  private starting = 0;
  private isClosed = false;

  constructor(
    private readonly options: ChildPoolOptions,
    private readonly services: ChildServices,
    private readonly observer: PoolObserver,
  ) {}

  get name(): string {
    return this.options.program.name;
  }

  get size(): number {
    return this.children.size;
  }

  /** Process ids of its children. */
  get pids(): number[] {
    return [...this.children].flatMap(({ pid }) => pid ?? []);
  }

  /** Has a run done by the next free child. */
  async run(task: RunTask): Promise<AttemptOutcome> {
    const askedAt = performance.now();
    let child: ChildWorker;
    try {
      child = await this.acquire(task.context.signal);
    } catch (error) {
      return outcomeWithoutChild(error);
    }
    this.observer.waited(this.name, (performance.now() - askedAt) / 1_000);
    task.onBegin?.();
    try {
      return await child.work(task);
    } finally {
      this.release(child);
    }
  }

  /** Closes children that had nothing to do for long, and makes sure that the others still answer. */
  upkeep(): void {
    const isOld = ({ sinceMs }: { sinceMs: number }): boolean =>
      performance.now() - sinceMs > this.options.idleMs;
    const old = this.idle.filter(isOld);
    old.forEach(({ child }) => this.retire(child));
    this.idle.forEach(({ child }) => void child.check(this.options.answerMs));
  }

  /** Ends all children; runs that wait for one are handed back. Safe to call again. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.waiters
      .splice(0)
      .forEach(({ reject }) => reject(new Interruption('drain', 'Handed back: the executor stops')));
    this.children.forEach((child) => this.retire(child));
    await Promise.all(this.ending);
  }

  private async acquire(signal: AbortSignal): Promise<ChildWorker> {
    signal.throwIfAborted();
    const child = this.takeIdle();
    if (child !== undefined) {
      return child;
    }
    const waiting = Promise.withResolvers<ChildWorker>();
    this.waiters.push(waiting);
    const giveUp = (): void => {
      this.waiters.splice(0, this.waiters.length, ...this.waiters.filter((waiter) => waiter !== waiting));
      waiting.reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    this.grow();
    try {
      return await waiting.promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  private takeIdle(): ChildWorker | undefined {
    let child = this.idle.pop()?.child;
    while (child !== undefined && !child.isUsable) {
      child = this.idle.pop()?.child;
    }
    return child;
  }

  private release(child: ChildWorker): void {
    const { runsPerChild, program } = this.options;
    const isSpent =
      program.life === 'single' ||
      child.runs >= runsPerChild ||
      child.memoryBytes > program.memoryLimitMb * MIB * BLOATED;
    if (this.isClosed || isSpent || !child.isUsable) {
      this.retire(child);
      this.replace();
    } else {
      this.offer(child);
    }
  }

  private offer(child: ChildWorker): void {
    const waiter = this.waiters.shift();
    if (waiter === undefined) {
      this.idle.push({ child, sinceMs: performance.now() });
    } else {
      waiter.resolve(child);
    }
  }

  private grow(): void {
    while (
      !this.isClosed &&
      this.starting < this.waiters.length &&
      this.children.size < this.options.maxChildren
    ) {
      void this.startOne();
    }
  }

  /** Children that are gone make room for the runs that wait; and the next run shall find a warm one. */
  private replace(): void {
    this.grow();
    const isWarm = this.idle.length + this.starting > 0;
    if (!this.isClosed && !isWarm && this.options.program.life === 'warm' && this.hasRoom) {
      void this.startOne();
    }
  }

  private get hasRoom(): boolean {
    return this.children.size < this.options.maxChildren;
  }

  private async startOne(): Promise<void> {
    const child = new ChildWorker(this.options.program, this.services);
    this.children.add(child);
    this.observer.started(this.name);
    this.starting += 1;
    void child.ended.then(() => this.forget(child));
    try {
      await child.ready;
      this.starting -= 1;
      this.offer(child);
    } catch (error) {
      this.starting -= 1;
      this.logger.warn({ err: error, pool: this.name }, 'A child could not start');
      this.retire(child);
      this.waiters.shift()?.reject(error);
      this.grow();
    }
  }

  /** Takes a child out of the pool and ends it. */
  private retire(child: ChildWorker): void {
    const index = this.idle.findIndex((each) => each.child === child);
    if (index !== -1) {
      this.idle.splice(index, 1);
    }
    if (this.children.delete(child)) {
      const closed = child.close();
      this.ending.add(closed);
      void closed.finally(() => this.ending.delete(closed));
      this.observer.ended(this.name, 'closed');
    }
  }

  /** A child has ended: by itself, if it is still in the pool. One that never worked is not replaced: it might never. */
  private forget(child: ChildWorker): void {
    const index = this.idle.findIndex((each) => each.child === child);
    if (index !== -1) {
      this.idle.splice(index, 1);
    }
    if (this.children.delete(child)) {
      this.observer.ended(this.name, 'died');
      this.logger.warn({ pool: this.name, pid: child.pid }, 'A child has died');
      if (child.runs > 0) {
        this.replace();
      }
    }
  }
}

function outcomeWithoutChild(error: unknown): AttemptOutcome {
  if (error instanceof Interruption) {
    return { kind: 'interrupted', interruption: error };
  }
  if (error instanceof ChildStartError && error.reason !== 'silent') {
    return fault(error.reason, error.message);
  }
  if (error instanceof ChildStartError) {
    // Handed back like a run of an executor that stops: it has done nothing that it could be charged for.
    return { kind: 'interrupted', interruption: new Interruption('drain', error.message) };
  }
  throw error;
}
