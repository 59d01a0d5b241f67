import { Module } from '@nestjs/common';
import { EchoAgent } from '../processes/agents/echo.agent.js';
import { SleeperAgent } from '../processes/agents/sleeper.agent.js';
import { SoloAgent } from './solo.agent.js';

@Module({ providers: [EchoAgent, SleeperAgent, SoloAgent] })
export class PriorityAgentsModule {}
