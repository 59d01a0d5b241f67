import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/runs.module.js';
import { DeadLetterCommands } from './dead-letter-commands.js';
import { DeadLetterController } from './dead-letter.controller.js';
import { DeadLetterTable } from './dead-letter-table.js';
import { EventRedrive } from './event-redrive.js';
import { NotificationRedrive } from './notification-redrive.js';
import { Redrive } from './redrive.js';
import { RequestRedrive } from './request-redrive.js';

/** Messages that nobody could understand, and their way back. */
@Module({
  imports: [RunsModule],
  controllers: [DeadLetterController],
  providers: [
    DeadLetterTable,
    RequestRedrive,
    EventRedrive,
    NotificationRedrive,
    Redrive,
    DeadLetterCommands,
  ],
  exports: [DeadLetterTable, DeadLetterCommands],
})
export class DeadLettersModule {}
