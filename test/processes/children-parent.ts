import { setTimeout } from 'node:timers/promises';
import { MetricsRegistry } from '#telemetry';
import { ChildMetrics } from '../../libs/running/src/children/pools/child-metrics.js';
import { ChildPools } from '../../libs/running/src/children/pools/child-pools.js';
import { childEnvironment } from '../../libs/running/src/children/processes/child-environment.js';

/** Has children that each start one more process, prints the process groups of both, and waits to be killed. */
const pools = new ChildPools(
  {
    catalogue: {
      url: new URL('agents/isolated-agents.module.js', import.meta.url).href,
      name: 'IsolatedAgentsModule',
    },
    environment: childEnvironment(process.env, []),
    maxChildren: 8,
    runsPerChild: 100,
  },
  new ChildMetrics(new MetricsRegistry({ service: 'spec' })),
);
const ignore = (): void => undefined;
const declaration = { isolation: 'process', memoryLimitMb: 256, name: 'misbehaving' } as never;
const pool = pools.of({ declaration });
for (const [index, how] of ['leaveChildBehind', 'loop'].entries()) {
  const id = String(index);
  void pool.run({
    message: {
      type: 'run',
      id,
      agent: 'misbehaving',
      request_id: id,
      attempt: 1,
      input: { how },
      time_limit_ms: 60_000,
    },
    context: {
      requestId: id,
      attempt: 1,
      input: {},
      signal: new AbortController().signal,
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      cache: { get: ignore as never, put: ignore as never, delete: ignore as never },
      progress: ignore,
      metric: ignore,
      usage: ignore,
    },
    killGraceMs: 60_000,
  });
}
process.stdout.write(`groups ${pool.pids.join(' ')}\n`);
await setTimeout(60_000);
