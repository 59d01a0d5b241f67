import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { FireDispatcher } from './fire-dispatcher.js';
import { FireMetrics } from './fire-metrics.js';
import { FirePublisher } from './fire-publisher.js';
import { FireTimer } from './fire-timer.js';
import { PublishingPause } from './publishing-pause.js';

@Module({
  imports: [ClockModule, PlanModule],
  providers: [FireTimer, FireDispatcher, FirePublisher, PublishingPause, FireMetrics],
})
export class FiringModule {}
