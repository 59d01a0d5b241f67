import { Module } from '@nestjs/common';
import { MachineHealthAgent } from './machine-health.agent.js';

@Module({ providers: [MachineHealthAgent] })
export class MachineHealthModule {}
