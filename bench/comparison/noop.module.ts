import { Module } from '@nestjs/common';
import { NoopAgent } from './noop.agent.js';

/** What the product's executor runs here. */
@Module({ providers: [NoopAgent] })
export class NoopModule {}
