import { type DynamicModule, Module } from '@nestjs/common';
import { IngestConfiguration } from '../ingest-configuration.js';
import { WriterModule } from '../writer/writer.module.js';
import { BatchController } from './batches/batch.controller.js';
import { BatchIntake } from './batches/batch-intake.js';
import { ItemReader } from './batches/item-reader.js';
import { GroupCommit } from './group-commit.js';
import { OwnMessages } from './own-messages.js';
import { PackStream } from './pack-stream.js';
import { PackedReports } from './packed-reports.js';
import { ReportController } from './report.controller.js';
import { ReportIntake } from './report-intake.js';
import { ReportKeeper } from './report-keeper.js';
import { ReportStream } from './report-stream.js';

/** `POST /metrics` and `POST /metrics/batch`. Needs the modules of JetStream and of the database. */
@Module({})
export class ReportsModule {
  static forRoot(configuration: IngestConfiguration): DynamicModule {
    return {
      module: ReportsModule,
      imports: [WriterModule],
      controllers: [ReportController, BatchController],
      providers: [
        { provide: IngestConfiguration, useValue: configuration },
        OwnMessages,
        ReportStream,
        PackStream,
        GroupCommit,
        ReportKeeper,
        PackedReports,
        ReportIntake,
        ItemReader,
        BatchIntake,
      ],
      exports: [OwnMessages],
    };
  }
}
