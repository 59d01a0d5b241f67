import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { ExecutorsModule } from '../executors/executors.module.js';
import { SchedulesModule } from '../schedules/schedules.module.js';
import { AgentController } from './agent.controller.js';
import { AgentDetails } from './agent-details.js';
import { AgentStatistics } from './agent-statistics.js';

/** The catalogue over HTTP: agents with their schedules and what their runs have come to. */
@Module({
  imports: [AgentsModule, ExecutorsModule, SchedulesModule],
  controllers: [AgentController],
  providers: [AgentStatistics, AgentDetails],
})
export class CatalogueModule {}
