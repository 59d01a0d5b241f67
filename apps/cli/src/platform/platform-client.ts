import type { CommandReply } from '#contracts';
import {
  AuthorizationError,
  connect,
  type NatsConnection,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
} from '@nats-io/transport-node';
import type { PlatformConfiguration } from './platform-configuration.js';
import { RefusedError } from './refused-error.js';
import { UnavailableError } from './unavailable-error.js';

const CONNECT_MS = 5_000;
const ANSWER_MS = 5_000;

/** Sends commands to the services of a platform. */
export class PlatformClient {
  private constructor(private readonly nats: NatsConnection) {}

  /** @throws UnavailableError when NATS can not be reached, or lets nobody in */
  static async connect({ natsUrl, natsUser, natsPassword }: PlatformConfiguration): Promise<PlatformClient> {
    try {
      const nats = await connect({
        servers: natsUrl.split(','),
        name: 'cli',
        timeout: CONNECT_MS,
        maxReconnectAttempts: -1,
        ...(natsUser !== undefined && { user: natsUser }),
        ...(natsPassword !== undefined && { pass: natsPassword }),
      });
      return new PlatformClient(nats);
    } catch (cause) {
      throw new UnavailableError(
        cause instanceof AuthorizationError
          ? 'NATS does not know this NATS_USER with this NATS_PASSWORD'
          : `NATS can not be reached at ${hosts(natsUrl)}`,
        { cause },
      );
    }
  }

  /**
   * @param who who takes the command, for the message when nobody does
   * @returns the fields of the answer
   * @throws RefusedError with the problem when the command is refused
   * @throws UnavailableError when nobody answers in time
   */
  async ask(subject: string, command: object, who: string): Promise<object> {
    const reply = await this.reply(subject, command, who);
    if (!reply.ok) {
      throw new RefusedError(reply.problem);
    }
    const { ok: _ok, ...answer } = reply;
    return answer;
  }

  async close(): Promise<void> {
    await this.nats.close();
  }

  private async reply(subject: string, command: object, who: string): Promise<CommandReply<object>> {
    try {
      const message = await this.nats.request(subject, JSON.stringify(command), { timeout: ANSWER_MS });
      return message.json<CommandReply<object>>();
    } catch (cause) {
      throw new UnavailableError(textOf(cause, who), { cause });
    }
  }
}

function textOf(error: unknown, who: string): string {
  const isAbsent =
    error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
  if (isAbsent) {
    return `No ${who} is connected to this NATS`;
  }
  const reason = error instanceof RequestError ? error.cause : error;
  return reason instanceof PermissionViolationError
    ? 'This NATS_USER may not send commands'
    : `No ${who} answers`;
}

/** Without what may be a password. */
function hosts(natsUrl: string): string {
  return natsUrl
    .split(',')
    .map((url) => new URL(url).host)
    .join(', ');
}
