import { Module } from '@nestjs/common';
import { BatchWriter } from './batch-writer.js';
import { DeadLetterWriter } from './dead-letter-writer.js';
import { PendingWriter } from './pending-writer.js';

/** Everything that writes to Postgres. Needs `DatabaseModule.forRoot`. */
@Module({
  providers: [BatchWriter, DeadLetterWriter, PendingWriter],
  exports: [BatchWriter, DeadLetterWriter, PendingWriter],
})
export class WriterModule {}
