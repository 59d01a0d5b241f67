import { type DynamicModule, Module } from '@nestjs/common';
import { ChildRunner } from './child-runner.js';
import { ChildrenOptions } from './children-options.js';
import { EventLoopWatch } from './inline/event-loop-watch.js';
import { ChildMetrics } from './pools/child-metrics.js';
import { ChildPools } from './pools/child-pools.js';

/** Runs agents in child processes, and watches over those that do not run in one. */
@Module({})
export class ChildrenModule {
  static forRoot(options: ChildrenOptions): DynamicModule {
    return {
      module: ChildrenModule,
      providers: [
        { provide: ChildrenOptions, useValue: options },
        ChildMetrics,
        ChildPools,
        ChildRunner,
        EventLoopWatch,
      ],
      exports: [ChildRunner, EventLoopWatch],
    };
  }
}
