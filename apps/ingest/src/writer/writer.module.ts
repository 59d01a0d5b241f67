import { Module } from '@nestjs/common';
import { BatchWriter } from './batch-writer.js';
import { DeadLetterWriter } from './dead-letter-writer.js';
import { PendingWriter } from './pending-writer.js';
import { TrustedSessions } from './trusted-sessions.js';

/** Everything that writes to Postgres. Needs `DatabaseModule.forRoot`. */
@Module({
  providers: [BatchWriter, DeadLetterWriter, PendingWriter, TrustedSessions],
  exports: [BatchWriter, DeadLetterWriter, PendingWriter, TrustedSessions],
})
export class WriterModule {}
