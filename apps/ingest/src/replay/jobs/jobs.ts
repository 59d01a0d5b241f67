import { randomUUID } from 'node:crypto';
import { type CommandReply, JOB_QUEUE, jobSubject, type JobStarted, parseJsonObject } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { Job } from './job.js';
import { problemOfJob } from './problem-of-job.js';

/** Without a question for its status a job ends after this time: nobody waits for it any more. */
const LEASE_MS = 10_000;
const CHECK_EVERY_MS = 500;
/** How long a job that is stopped may take. */
const STOP_MS = 8_000;
const INTERNAL = 500;

/** A job that may begin. */
export interface PreparedJob {
  readonly report: object;
  readonly work: (job: Job) => Promise<void>;
}

type Prepare = (plain: object) => Promise<PreparedJob>;

/** Serves jobs over NATS: begins them, says how far they are, and ends those that nobody asks about any more. */
@Injectable()
export class Jobs implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Jobs.name);
  private readonly kinds = new Map<string, Prepare>();
  private readonly running = new Map<Job, Promise<void>>();
  private readonly subscriptions: Subscription[] = [];
  private isStopping = false;

  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * Before the application has started: says how a job is begun.
   * @param prepare throws what `problemOfJob` tells the caller when it can't begin
   */
  serve(startSubject: string, prepare: Prepare): void {
    this.kinds.set(startSubject, prepare);
  }

  onApplicationBootstrap(): void {
    void this.listenOnceConnected();
  }

  /** Ends what runs, each job after the batch in hand. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    this.subscriptions.forEach((each) => each.unsubscribe());
    this.running.forEach((_, job) => job.stop('Ingest was stopped'));
    const stopped = AbortSignal.timeout(STOP_MS);
    const late = new Promise<void>((resolve) => stopped.addEventListener('abort', () => resolve()));
    await Promise.race([Promise.allSettled(this.running.values()), late]);
  }

  private async listenOnceConnected(): Promise<void> {
    const nats = await this.connection.connected();
    if (this.isStopping) {
      return;
    }
    for (const [subject, prepare] of this.kinds) {
      const subscription = nats.subscribe(subject, {
        queue: JOB_QUEUE,
        callback: (error, message) => {
          if (error === null) {
            void this.answer(message, async () => await this.start(prepare, parseJsonObject(message.data)));
          }
        },
      });
      this.subscriptions.push(subscription);
    }
  }

  private async start(prepare: Prepare, plain: object): Promise<JobStarted> {
    const { report, work } = await prepare(plain);
    const job = new Job(randomUUID(), report);
    const questions = this.listenTo(job);
    const work$ = this.run(job, work).finally(() => {
      this.running.delete(job);
      // The end can be asked for until it has been told, or nobody asks.
      const timer = setTimeout(() => questions.unsubscribe(), LEASE_MS);
      timer.unref();
    });
    this.running.set(job, work$);
    return { job_id: job.id, lease_ms: LEASE_MS };
  }

  private listenTo(job: Job): Subscription {
    return this.connection.nats.subscribe(jobSubject(job.id, '*'), {
      queue: JOB_QUEUE,
      callback: (error, message) => {
        if (error === null) {
          if (message.subject === jobSubject(job.id, 'stop')) {
            job.stop('It was stopped');
          }
          void this.answer(message, () => job.status());
        }
      },
    });
  }

  private async run(job: Job, work: (job: Job) => Promise<void>): Promise<void> {
    const watch = setInterval(() => {
      if (job.forgottenMs > LEASE_MS) {
        job.stop('Nobody asked for it any more');
      }
    }, CHECK_EVERY_MS);
    try {
      await work(job);
      job.end();
      this.logger.log({ job: job.status() }, 'A job has ended');
    } catch (error) {
      const { status, detail } = problemOfJob(error);
      job.fail(detail);
      this.logger[status === INTERNAL ? 'error' : 'warn']({ err: error, job: job.id }, 'A job has failed');
    } finally {
      clearInterval(watch);
    }
  }

  private async answer(message: Msg, work: () => object | Promise<object>): Promise<void> {
    const reply = await replyOf(work);
    try {
      message.respond(JSON.stringify(reply));
    } catch (error) {
      this.logger.warn({ err: error, command: message.subject }, 'A command could not be answered');
    }
  }
}

async function replyOf(work: () => object | Promise<object>): Promise<CommandReply<object>> {
  try {
    return { ...(await work()), ok: true };
  } catch (error) {
    return { ok: false, problem: problemOfJob(error) };
  }
}
