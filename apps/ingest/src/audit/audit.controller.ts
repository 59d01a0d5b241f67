import {
  AUDIT,
  type AuditEntry,
  ContractViolation,
  deadLetterSubject,
  INGEST_AUDIT,
  parseAuditEntry,
} from '#contracts';
import { type BatchContext, ConsumeBatch, type JetStreamMessage } from '#jetstream';
import { Controller } from '@nestjs/common';
import { AuditWriter } from './audit-writer.js';

const MAX_MESSAGES = 200;

/** Keeps in Postgres who changed what. */
@Controller()
export class AuditController {
  constructor(private readonly writer: AuditWriter) {}

  @ConsumeBatch({
    stream: AUDIT,
    durable: INGEST_AUDIT,
    maxMessages: MAX_MESSAGES,
    deadLetterSubject: deadLetterSubject('events'),
  })
  async write(messages: readonly JetStreamMessage[], context: BatchContext): Promise<void> {
    const entries = messages.flatMap((message): AuditEntry[] => {
      try {
        return [parseAuditEntry(message.data)];
      } catch (error) {
        if (!(error instanceof ContractViolation)) {
          throw error;
        }
        context.reject(message, error.message);
        return [];
      }
    });
    await this.writer.write(entries);
  }
}
