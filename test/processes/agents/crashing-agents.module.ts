import { Module } from '@nestjs/common';
import { CrasherAgent } from './crasher.agent.js';

/** Agents that end their process. */
@Module({ providers: [CrasherAgent] })
export class CrashingAgentsModule {}
