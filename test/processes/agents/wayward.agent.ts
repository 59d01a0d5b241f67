import { Agent } from '#agents';
import { MisbehavingAgent } from './misbehaving.agent.js';

/** Misbehaves within short limits, and is not given a second chance. */
@Agent({
  name: 'wayward',
  description: 'Misbehaves within short limits',
  isolation: 'process',
  timeLimitMs: 4_000,
  concurrency: 1,
  killGraceMs: 500,
  memoryLimitMb: 256,
  attemptLimit: 1,
  breakerFailures: 0,
})
export class WaywardAgent extends MisbehavingAgent {}
