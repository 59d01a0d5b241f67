import { Module } from '@nestjs/common';
import { DiligentAgent } from './diligent.agent.js';
import { MisbehavingAgent } from './misbehaving.agent.js';
import { RememberingAgent } from './remembering.agent.js';
import { TalkativeAgent } from './talkative.agent.js';

/** Agents that specs run in child processes. */
@Module({ providers: [DiligentAgent, MisbehavingAgent, RememberingAgent, TalkativeAgent] })
export class IsolatedAgentsModule {}
