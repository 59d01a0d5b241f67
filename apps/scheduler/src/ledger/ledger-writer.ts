import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import { fireSubject, type LedgerEntry, SCHEDULE_FIRES } from '#contracts';
import { Publisher, StreamReader, WrongLastSequenceException } from '#jetstream';
import type { DecidedEntry } from '../deciding/decide.js';
import { FireMetrics } from '../firing/fire-metrics.js';
import type { LedgerPosition } from '../plan/planned-schedule.js';
import { readPosition } from './read-position.js';

/** Adds decisions to the ledger: of several schedulers that decide about the same fires, the broker takes one. */
@Injectable()
export class LedgerWriter {
  /** Of this process. */
  readonly id = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`.replaceAll(/[^\w-]/g, '_');

  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
    private readonly metrics: FireMetrics,
  ) {}

  /**
   * Of several that decide after the same entry the broker takes one; what stands there then, the ledger tells.
   * @param afterSequence of the entry that the decision goes by; 0 when there was none
   * @throws BrokerUnavailableException, StreamFullException when it must be tried again
   * @throws PublishRefusedException when it can never be stored
   */
  async append(decided: DecidedEntry, afterSequence: number): Promise<void> {
    const entry: LedgerEntry = { ...decided, decided_by: this.id };
    const subject = fireSubject(entry.agent, entry.schedule);
    const expectation = { expectedLastSubjectSequence: afterSequence };
    try {
      await this.publisher.publish(subject, JSON.stringify(entry), expectation);
      this.metrics.countDecided(entry.fires);
    } catch (error) {
      if (!(error instanceof WrongLastSequenceException)) {
        throw error;
      }
    }
  }

  /**
   * What stands there.
   * @throws BrokerUnavailableException
   */
  async last(
    agent: string,
    schedule: string,
  ): Promise<{ position: LedgerPosition; storedAtMs: number } | undefined> {
    const message = await this.reader.last(SCHEDULE_FIRES, fireSubject(agent, schedule));
    return message === undefined
      ? undefined
      : { position: readPosition(message).position, storedAtMs: message.time.getTime() };
  }
}
