import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AgentRegistry } from './registry/agent-registry.js';

/** Finds the agents of all modules of the app. The agents themselves come with `CatalogueModule`. */
@Module({ imports: [DiscoveryModule], providers: [AgentRegistry], exports: [AgentRegistry] })
export class AgentsModule {}
