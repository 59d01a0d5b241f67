import { Module } from '@nestjs/common';
import { SummaryController } from './summary.controller.js';
import { SummaryTable } from './summary-table.js';

/** Runs per agent and day. */
@Module({ controllers: [SummaryController], providers: [SummaryTable] })
export class SummariesModule {}
