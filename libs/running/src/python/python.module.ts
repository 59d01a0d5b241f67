import { AgentRegistry, AgentsModule } from '#agents';
import { type DynamicModule, Module } from '@nestjs/common';
import { PythonAgents } from './python-agents.js';
import type { PythonOptions } from './python-options.js';

/** Adds the agents that are written in Python to those of the app, before it starts. */
@Module({})
export class PythonModule {
  static forRoot(options: PythonOptions): DynamicModule {
    return {
      module: PythonModule,
      imports: [AgentsModule],
      providers: [
        {
          provide: PythonAgents,
          inject: [AgentRegistry],
          useFactory: async (registry: AgentRegistry): Promise<PythonAgents> => {
            const agents = new PythonAgents(options);
            registry.add(await agents.find());
            return agents;
          },
        },
      ],
    };
  }
}
