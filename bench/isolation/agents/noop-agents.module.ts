import { Module } from '@nestjs/common';
import { NoopCommandAgent } from './noop-command.agent.js';
import { NoopInlineAgent } from './noop-inline.agent.js';
import { NoopProcessAgent } from './noop-process.agent.js';

/** The agents of the bench that are declared in TypeScript. */
@Module({ providers: [NoopInlineAgent, NoopProcessAgent, NoopCommandAgent] })
export class NoopAgentsModule {}
