import { loadConfiguration } from '#configuration';
import { PlatformClient } from './platform/platform-client.js';
import { PlatformConfiguration } from './platform/platform-configuration.js';
import { platformEnvironment } from './platform/platform-environment.js';
import { ProveCommand } from './prove/prove-command.js';
import type { ProveOptions } from './prove/prove-options.js';
import { ReplayCommand } from './replay/replay-command.js';
import type { ReplayOptions } from './replay/replay-options.js';
import { Output } from './terminal/output.js';
import { Terminal } from './terminal/terminal.js';

/** What the command line does with a platform that runs: it asks services over NATS. */
export class PlatformCli {
  private readonly terminal = new Terminal(process.stderr);
  private readonly output = new Output(process.stdout, process.stderr);

  /** @throws UsageError, RefusedError or UnavailableError; see `ReplayCommand` */
  async replay(options: ReplayOptions): Promise<boolean> {
    return await this.withClient(
      async (client) => await new ReplayCommand(client, this.terminal, this.output).execute(options),
    );
  }

  /** @throws RefusedError or UnavailableError; see `ProveCommand` */
  async prove(options: ProveOptions): Promise<boolean> {
    return await this.withClient(
      async (client) => await new ProveCommand(client, this.terminal, this.output).execute(options),
    );
  }

  private async withClient<T>(work: (client: PlatformClient) => Promise<T>): Promise<T> {
    const configuration = loadConfiguration(
      PlatformConfiguration,
      platformEnvironment(process.env, 'NATS_URL', ['NATS_USER', 'NATS_PASSWORD']),
    );
    const client = await PlatformClient.connect(configuration);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }
}
