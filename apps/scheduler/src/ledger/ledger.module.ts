import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { DecidingModule } from '../deciding/deciding.module.js';
import { PublishingModule } from '../firing/publishing.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { LedgerFollower } from './ledger-follower.js';
import { LedgerWriter } from './ledger-writer.js';
import { PublishedMark } from './published-mark.js';
import { RequestRelay } from './request-relay.js';
import { ScheduleDecider } from './schedule-decider.js';

@Module({
  imports: [ClockModule, DecidingModule, PublishingModule, PlanModule],
  providers: [LedgerFollower, LedgerWriter, PublishedMark, RequestRelay, ScheduleDecider],
  exports: [LedgerFollower, PublishedMark, RequestRelay, ScheduleDecider],
})
export class LedgerModule {}
