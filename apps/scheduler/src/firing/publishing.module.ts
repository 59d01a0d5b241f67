import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { PlanModule } from '../plan/plan.module.js';
import { FireMetrics } from './fire-metrics.js';
import { FirePublisher } from './fire-publisher.js';
import { PublishingPause } from './publishing-pause.js';

@Module({
  imports: [ClockModule, PlanModule],
  providers: [FirePublisher, FireMetrics, PublishingPause],
  exports: [FirePublisher, FireMetrics, PublishingPause],
})
export class PublishingModule {}
