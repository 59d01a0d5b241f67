import { Injectable, Logger } from '@nestjs/common';
import { DECIDED_SUBJECT, type DecidedInquiry, decidedOf, MAX_DECIDED_ASKED, RUN_EVENTS } from '#contracts';
import { ask, JetStreamConnection } from '#jetstream';
import type { RunState } from './run-state.js';

const TIMEOUT_MS = 1_000;
/** A run that went on so long ago is taken to go on, while nobody can say it. */
const BELIEVED_MS = 60_000;
/** Runs that are remembered to be over, or not. */
const MAX_REMEMBERED = 50_000;

interface Question {
  readonly requestId: string;
  readonly answer: (state: RunState) => void;
}

/** Knows which runs are over, from ingest. Questions of one turn are asked together. */
@Injectable()
export class OpenRuns {
  private readonly logger = new Logger(OpenRuns.name);
  private readonly over = new Set<string>();
  private readonly openAtMs = new Map<string, number>();
  private readonly asked = new Map<string, Promise<RunState>>();
  private questions: Question[] = [];

  constructor(private readonly connection: JetStreamConnection) {}

  /** Whether it is known already, so that nobody has to be asked. */
  isOver(requestId: string): boolean {
    return this.over.has(requestId);
  }

  /** Never rejects. */
  async state(requestId: string): Promise<RunState> {
    if (this.over.has(requestId)) {
      return 'over';
    }
    const asked = this.asked.get(requestId) ?? this.enqueue(requestId);
    return await asked;
  }

  private async enqueue(requestId: string): Promise<RunState> {
    const answer = new Promise<RunState>((resolve) => {
      if (this.questions.length === 0) {
        setImmediate(() => this.askAll());
      }
      this.questions.push({ requestId, answer: resolve });
    });
    this.asked.set(requestId, answer);
    return await answer.finally(() => this.asked.delete(requestId));
  }

  private askAll(): void {
    const questions = this.questions;
    this.questions = [];
    for (let from = 0; from < questions.length; from += MAX_DECIDED_ASKED) {
      void this.askSome(questions.slice(from, from + MAX_DECIDED_ASKED));
    }
  }

  private async askSome(questions: readonly Question[]): Promise<void> {
    const decided = await this.decided(questions.map(({ requestId }) => requestId));
    const nowMs = performance.now();
    for (const { requestId, answer } of questions) {
      answer(this.remember(requestId, decided, nowMs));
    }
  }

  private async decided(requestIds: string[]): Promise<ReadonlySet<string> | undefined> {
    try {
      const inquiry: DecidedInquiry = { request_ids: requestIds, events_up_to: await this.lastEvent() };
      const answer = await ask(this.connection.nats, DECIDED_SUBJECT, JSON.stringify(inquiry), TIMEOUT_MS);
      return answer === undefined ? undefined : decidedOf(answer);
    } catch (error) {
      this.logger.warn({ err: error }, 'Whether runs are over could not be asked');
      return undefined;
    }
  }

  /** What has happened by now must be written before an answer counts: who is behind would say that all goes on. */
  private async lastEvent(): Promise<number> {
    const manager = await this.connection.manager();
    return Math.max(1, (await manager.streams.info(RUN_EVENTS)).state.last_seq);
  }

  private remember(requestId: string, decided: ReadonlySet<string> | undefined, nowMs: number): RunState {
    if (decided === undefined) {
      return nowMs - (this.openAtMs.get(requestId) ?? -Infinity) < BELIEVED_MS ? 'open' : 'unknown';
    }
    if (this.over.size + this.openAtMs.size > MAX_REMEMBERED) {
      this.over.clear();
      this.openAtMs.clear();
    }
    if (decided.has(requestId)) {
      this.openAtMs.delete(requestId);
      this.over.add(requestId);
      return 'over';
    }
    this.openAtMs.set(requestId, nowMs);
    return 'open';
  }
}
