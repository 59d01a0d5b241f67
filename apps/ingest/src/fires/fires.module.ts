import { Module } from '@nestjs/common';
import { AbsenceWatch } from './absence-watch.js';
import { FireController } from './fire.controller.js';
import { FireWriter } from './fire-writer.js';
import { LedgerTrimmer } from './ledger-trimmer.js';
import { OverdueTable } from './overdue-table.js';

/** The ledger of schedules in Postgres, and who notices what is missing there. Needs `DatabaseModule.forRoot`. */
@Module({
  controllers: [FireController],
  providers: [FireWriter, OverdueTable, AbsenceWatch, LedgerTrimmer],
})
export class FiresModule {}
