import { Module } from '@nestjs/common';
import { EarthquakesModule } from './earthquakes/earthquakes.module.js';
import { MachineHealthModule } from './machine-health/machine-health.module.js';

/** Every agent that this platform runs. */
@Module({ imports: [EarthquakesModule, MachineHealthModule] })
export class CatalogueModule {}
