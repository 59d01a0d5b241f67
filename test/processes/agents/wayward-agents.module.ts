import { Module } from '@nestjs/common';
import { DiligentAgent } from './diligent.agent.js';
import { PatientAgent } from './patient.agent.js';
import { WaywardAgent } from './wayward.agent.js';

/** Agents in child processes for an executor: good ones and others. */
@Module({ providers: [DiligentAgent, PatientAgent, WaywardAgent] })
export class WaywardAgentsModule {}
