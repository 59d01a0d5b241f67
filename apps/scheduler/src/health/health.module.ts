import { Module } from '@nestjs/common';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { SchedulerHealth } from './scheduler-health.js';

@Module({ imports: [CatalogueModule], providers: [SchedulerHealth] })
export class HealthModule {}
