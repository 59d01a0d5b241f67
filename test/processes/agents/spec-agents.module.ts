import { Module } from '@nestjs/common';
import { BurnerAgent } from './burner.agent.js';
import { EchoAgent } from './echo.agent.js';
import { FlakyAgent } from './flaky.agent.js';
import { SleeperAgent } from './sleeper.agent.js';
import { SlowAgent } from './slow.agent.js';
import { UnstorableAgent } from './unstorable.agent.js';
import { WordyAgent } from './wordy.agent.js';

/** The agents that specs run. */
@Module({
  providers: [EchoAgent, SleeperAgent, FlakyAgent, SlowAgent, UnstorableAgent, BurnerAgent, WordyAgent],
})
export class SpecAgentsModule {}
