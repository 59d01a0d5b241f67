import { once } from 'node:events';
import { Agent, BaseAgent, NonRetryableError, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';
import { Module } from '@nestjs/common';

/** Let go by the spec that holds a run up. */
export const held = Promise.withResolvers<void>();

@Agent({
  name: 'probe',
  description: 'Runs each second; fails its first attempt, or waits, when it is asked to',
  schedules: [{ cron: '* * * * * *' }],
})
class ProbeAgent extends BaseAgent {
  async run({ attempt, input, cache, signal }: RunContext): Promise<MetricValues> {
    if (input['fail_first'] === true && attempt === 1) {
      throw new Error('as asked');
    }
    if (input['wait'] === true) {
      await held.promise;
    }
    if (input['wait_for_cancel'] === true) {
      await once(signal, 'abort');
      signal.throwIfAborted();
    }
    if (input['cache'] === true) {
      await cache.put('key', 'kept');
      return { cached: (await cache.get('key')) === 'kept' };
    }
    return { attempt };
  }
}

@Agent({
  name: 'fragile',
  description: 'Fails when it is asked to, which opens its breaker at once, and of which somebody is told',
  breakerFailures: 1,
  breakerPauseMs: 600_000,
  notifications: [
    { name: 'mailed', on: 'failure' },
    { name: 'hooked', on: 'failure', webhook: 'http://receiver.test/hook' },
  ],
})
class FragileAgent extends BaseAgent {
  run({ input, attempt }: RunContext): MetricValues {
    if (input['fail'] === true) {
      throw new NonRetryableError('as asked');
    }
    return { attempt };
  }
}

@Module({ providers: [ProbeAgent, FragileAgent] })
export class DeployedAgentsModule {}
