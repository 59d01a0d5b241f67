import { Module } from '@nestjs/common';
import { EchoAgent } from './echo.agent.js';
import { FlakyAgent } from './flaky.agent.js';
import { SleeperAgent } from './sleeper.agent.js';
import { SlowAgent } from './slow.agent.js';
import { UnstorableAgent } from './unstorable.agent.js';

/** The agents that specs run. */
@Module({ providers: [EchoAgent, SleeperAgent, FlakyAgent, SlowAgent, UnstorableAgent] })
export class SpecAgentsModule {}
