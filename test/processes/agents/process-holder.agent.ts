import { Agent } from '#agents';
import { InlineHolderAgent } from './inline-holder.agent.js';

/** The same in a child process. */
@Agent({
  name: 'process_holder',
  description: 'Holds on',
  isolation: 'process',
  memoryLimitMb: 256,
  concurrency: 100,
  retryDelayMs: 50,
})
export class ProcessHolderAgent extends InlineHolderAgent {}
