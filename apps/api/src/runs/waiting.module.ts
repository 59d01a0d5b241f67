import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { ExecutorsModule } from '../executors/executors.module.js';
import { QueuesModule } from '../queues/queues.module.js';
import { RunsModule } from './runs.module.js';
import { WaitingController } from './waiting.controller.js';
import { WaitingExplanation } from './waiting-explanation.js';
import { WaitingFactFinder } from './waiting-facts.js';
import { WaitingPlace } from './waiting-place.js';
import { WaitingRuns } from './waiting-runs.js';

/** Why runs wait. */
@Module({
  imports: [RunsModule, AgentsModule, ExecutorsModule, QueuesModule],
  controllers: [WaitingController],
  providers: [WaitingPlace, WaitingFactFinder, WaitingRuns, WaitingExplanation],
})
export class WaitingModule {}
