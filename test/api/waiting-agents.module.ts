import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';
import { Module } from '@nestjs/common';
import { EchoAgent } from '../processes/agents/echo.agent.js';
import { SleeperAgent } from '../processes/agents/sleeper.agent.js';

/** One run at a time, until its signal. */
@Agent({ name: 'narrow', description: 'Sleeps alone', concurrency: 1 })
class NarrowAgent extends BaseAgent {
  async run({ signal }: RunContext): Promise<MetricValues> {
    await setTimeout(60_000, undefined, { signal });
    return {};
  }
}

@Agent({ name: 'stubborn', description: 'Fails, and waits long', attemptLimit: 3, retryDelayMs: 60_000 })
class StubbornAgent extends BaseAgent {
  run(): MetricValues {
    throw new Error('not today');
  }
}

/** Agents whose runs wait. */
@Module({ providers: [EchoAgent, SleeperAgent, NarrowAgent, StubbornAgent] })
export class WaitingAgentsModule {}
