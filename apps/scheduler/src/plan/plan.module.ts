import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { SchedulePlan } from './schedule-plan.js';

@Module({ imports: [ClockModule], providers: [SchedulePlan], exports: [SchedulePlan] })
export class PlanModule {}
