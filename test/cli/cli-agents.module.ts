import { Module } from '@nestjs/common';
import { EchoAgent } from '../processes/agents/echo.agent.js';
import { FlakyAgent } from '../processes/agents/flaky.agent.js';
import { ToldAgent } from './told.agent.js';

/** The agents that specs of the command line have run on a platform. */
@Module({ providers: [EchoAgent, FlakyAgent, ToldAgent] })
export class CliAgentsModule {}
