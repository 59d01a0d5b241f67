import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { DecidingModule } from '../deciding/deciding.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { FireDispatcher } from './fire-dispatcher.js';
import { FireTimer } from './fire-timer.js';
import { LaterRunStarter } from './later-run-starter.js';
import { LaterRunTimer } from './later-run-timer.js';
import { PublishingModule } from './publishing.module.js';

@Module({
  imports: [ClockModule, DecidingModule, LedgerModule, PlanModule, PublishingModule],
  providers: [FireTimer, FireDispatcher, LaterRunTimer, LaterRunStarter],
})
export class FiringModule {}
