import { Module } from '@nestjs/common';
import { SpecAgentsModule } from '../processes/agents/spec-agents.module.js';
import { FragileAgent } from './fragile.agent.js';
import { HesitantAgent } from './hesitant.agent.js';

@Module({ imports: [SpecAgentsModule], providers: [FragileAgent, HesitantAgent] })
export class ControlAgentsModule {}
