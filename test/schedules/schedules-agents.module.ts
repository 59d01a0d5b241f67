import { Module } from '@nestjs/common';
import { HoldingAgent } from './holding.agent.js';

@Module({ providers: [HoldingAgent] })
export class SchedulesAgentsModule {}
