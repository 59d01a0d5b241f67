import { Module } from '@nestjs/common';
import { EarthquakesModule } from './earthquakes/earthquakes.module.js';
import { HttpJobModule } from './http-job/http-job.module.js';
import { MachineHealthModule } from './machine-health/machine-health.module.js';
import { RouteOptimizerModule } from './route-optimizer/route-optimizer.module.js';
import { TopResultsModule } from './top-results/top-results.module.js';

/** Every agent that this platform runs. */
@Module({
  imports: [EarthquakesModule, HttpJobModule, MachineHealthModule, RouteOptimizerModule, TopResultsModule],
})
export class CatalogueModule {}
