import { ConfigurationError } from '#configuration';
import { endCommand } from '../end-command.js';
import { UnavailableError } from '../platform/unavailable-error.js';
import { Output } from '../terminal/output.js';
import { Terminal } from '../terminal/terminal.js';
import { ApiClient } from './api-client.js';
import { ApiConfiguration } from './api-configuration.js';

/** What a command works with. */
export interface Platform {
  readonly client: ApiClient;
  /** Standard output: what was asked for. */
  readonly output: Output;
  /** Standard error: progress and remarks for people. */
  readonly terminal: Terminal;
}

/**
 * Makes the action of a command that speaks with the API: it gets the client, then what commander gives to actions, and
 * says whether it went well (exit code 0 or 1). Of what it throws, UsageError ends with 2, RefusedError with 1 (2 when the
 * API finds fault with what was asked, 69 when a server is away), UnavailableError with 69.
 * @param awayHint what else can be done when there is no platform
 */
export function platformAction<A extends unknown[]>(
  work: (platform: Platform, ...words: A) => Promise<boolean>,
  awayHint?: string,
): (...words: A) => Promise<never> {
  return async (...words) =>
    await endCommand(async () => {
      try {
        return await work(connectedPlatform(), ...words);
      } catch (error) {
        throw withHint(error, awayHint);
      }
    });
}

function connectedPlatform(): Platform {
  return {
    client: new ApiClient(ApiConfiguration.from(process.env)),
    output: new Output(process.stdout, process.stderr),
    terminal: new Terminal(process.stderr),
  };
}

function withHint(error: unknown, hint: string | undefined): unknown {
  if (hint !== undefined && error instanceof UnavailableError) {
    return new UnavailableError(`${error.message}. ${hint}`, { cause: error });
  }
  return hint !== undefined && error instanceof ConfigurationError
    ? new ConfigurationError([...error.problems, hint])
    : error;
}
