import { Module } from '@nestjs/common';
import { DefinitionsModule } from '../definitions/definitions.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { SchedulerHealth } from './scheduler-health.js';

@Module({ imports: [DefinitionsModule, LedgerModule], providers: [SchedulerHealth] })
export class HealthModule {}
