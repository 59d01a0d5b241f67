import { AgentsModule, CatalogueModule } from '#agents';
import { childEnvironment, RunningModule } from '#running';
import { MetricsRegistry } from '#telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import type { CliConfiguration } from './cli-configuration.js';

/** A run is one of few, and all of them in one child. */
const RUNS_PER_CHILD = 1_000_000;

/** The agents and what runs them: no broker, no database. */
@Module({})
export class CliModule {
  static forRoot({ childVariables, pythonDir, python }: CliConfiguration): DynamicModule {
    return {
      module: CliModule,
      global: true,
      imports: [
        AgentsModule,
        CatalogueModule,
        RunningModule.forRoot({
          catalogue: { url: import.meta.resolve('#agents'), name: 'CatalogueModule' },
          environment: childEnvironment(process.env, childVariables?.split(',') ?? []),
          maxChildren: 1,
          runsPerChild: RUNS_PER_CHILD,
          python: { folder: pythonDir, program: python },
        }),
      ],
      providers: [{ provide: MetricsRegistry, useFactory: () => new MetricsRegistry({ service: 'cli' }) }],
      exports: [MetricsRegistry],
    };
  }
}
