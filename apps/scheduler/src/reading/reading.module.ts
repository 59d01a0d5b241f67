import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { DefinitionsModule } from '../definitions/definitions.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { ScheduleReader } from './schedule-reader.js';

@Module({ imports: [ClockModule, DefinitionsModule, LedgerModule, PlanModule], providers: [ScheduleReader] })
export class ReadingModule {}
