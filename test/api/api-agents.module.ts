import { Module } from '@nestjs/common';
import { EchoAgent } from '../processes/agents/echo.agent.js';
import { FlakyAgent } from '../processes/agents/flaky.agent.js';
import { SleeperAgent } from '../processes/agents/sleeper.agent.js';
import { SlowAgent } from '../processes/agents/slow.agent.js';
import { LoggingAgent } from './logging.agent.js';

/** The agents that specs of the api run. */
@Module({ providers: [EchoAgent, FlakyAgent, LoggingAgent, SleeperAgent, SlowAgent] })
export class ApiAgentsModule {}
