import { Module } from '@nestjs/common';
import { AgentCatalogue } from './agent-catalogue.js';
import { AgentCommands } from './agent-commands.js';
import { KnownAgents } from './known-agents.js';

/** Agents: the catalogue, and whether they run. */
@Module({
  providers: [KnownAgents, AgentCatalogue, AgentCommands],
  exports: [KnownAgents, AgentCatalogue, AgentCommands],
})
export class AgentsModule {}
