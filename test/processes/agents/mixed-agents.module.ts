import { Module } from '@nestjs/common';
import { InlineHolderAgent } from './inline-holder.agent.js';
import { ProcessHolderAgent } from './process-holder.agent.js';

/** Agents of different isolations that do the same. */
@Module({ providers: [InlineHolderAgent, ProcessHolderAgent] })
export class MixedAgentsModule {}
