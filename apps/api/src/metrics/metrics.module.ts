import { Module } from '@nestjs/common';
import { MetricController } from './metric.controller.js';
import { MetricPoints } from './metric-points.js';
import { MetricTable } from './metric-table.js';

/** What agents measure. */
@Module({ controllers: [MetricController], providers: [MetricPoints, MetricTable] })
export class MetricsModule {}
