import { Module } from '@nestjs/common';
import { BulkController } from './bulk.controller.js';
import { BulkRuns } from './bulk-runs.js';
import { BulkTable } from './bulk-table.js';
import { RunsModule } from './runs.module.js';

/** Many runs at once. */
@Module({ imports: [RunsModule], controllers: [BulkController], providers: [BulkTable, BulkRuns] })
export class BulkModule {}
