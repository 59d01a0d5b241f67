import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { LaterRunPlan } from './later-run-plan.js';
import { SchedulePlan } from './schedule-plan.js';

@Module({
  imports: [ClockModule],
  providers: [SchedulePlan, LaterRunPlan],
  exports: [SchedulePlan, LaterRunPlan],
})
export class PlanModule {}
