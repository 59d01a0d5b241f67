import {
  ContractViolation,
  deadLetterSubject,
  INGEST_FIRES,
  type LedgerEntry,
  parseLedgerEntry,
  SCHEDULE_FIRES,
} from '#contracts';
import { type BatchContext, ConsumeBatch, type JetStreamMessage } from '#jetstream';
import { Controller } from '@nestjs/common';
import { FireWriter, type StoredEntry } from './fire-writer.js';

const MAX_MESSAGES = 500;

/** Keeps the ledger of schedules in Postgres. */
@Controller()
export class FireController {
  constructor(private readonly writer: FireWriter) {}

  @ConsumeBatch({
    stream: SCHEDULE_FIRES,
    durable: INGEST_FIRES,
    maxMessages: MAX_MESSAGES,
    deadLetterSubject: deadLetterSubject('events'),
  })
  async write(messages: readonly JetStreamMessage[], context: BatchContext): Promise<void> {
    const entries: StoredEntry[] = [];
    for (const message of messages) {
      const entry = parseOrReject(message, context);
      if (entry !== undefined) {
        const isBackfill = message.subject.startsWith('schedules.backfills.');
        entries.push({ entry, storedAtMs: message.storedAtMs, isBackfill });
      }
    }
    await this.writer.write(entries);
  }
}

function parseOrReject(message: JetStreamMessage, context: BatchContext): LedgerEntry | undefined {
  try {
    return parseLedgerEntry(message.data);
  } catch (error) {
    if (!(error instanceof ContractViolation)) {
      throw error;
    }
    context.reject(message, error.message);
    return undefined;
  }
}
