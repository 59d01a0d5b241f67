import { AgentRegistry } from '#agents';
import { loadConfiguration } from '#configuration';
import { AgentRunner } from '#running';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LocalAgentsCommand } from './agents/local-agents-command.js';
import { CliConfiguration } from './cli-configuration.js';
import { CliModule } from './cli.module.js';
import { RunCommand, type RunCommandOptions } from './run/run-command.js';
import { Output } from './terminal/output.js';
import { Terminal } from './terminal/terminal.js';
import { TerminalLogger } from './terminal/terminal-logger.js';

/** What the command line does, with the agents in this process. */
export class Cli {
  private readonly terminal = new Terminal(process.stderr);
  private readonly output = new Output(process.stdout, process.stderr);

  /** @throws UsageError when there is no such agent, or the input is not what it takes */
  async run(agent: string, options: RunCommandOptions): Promise<boolean> {
    return await this.withAgents(async (app) => {
      const command = new RunCommand(
        app.get(AgentRegistry),
        app.get(AgentRunner, { strict: false }),
        this.terminal,
        this.output,
      );
      return await command.execute(agent, options);
    });
  }

  async agents(options: { readonly json: boolean }): Promise<boolean> {
    return await this.withAgents(async (app) => {
      new LocalAgentsCommand(app.get(AgentRegistry), this.output).execute(options);
      return await Promise.resolve(true);
    });
  }

  private async withAgents<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    const configuration = loadConfiguration(CliConfiguration, process.env);
    const app = await NestFactory.createApplicationContext(CliModule.forRoot(configuration), {
      abortOnError: false,
      logger: new TerminalLogger(this.terminal),
    });
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  }
}
