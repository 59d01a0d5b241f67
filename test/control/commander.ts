import { COMMAND_SUBJECTS, type CommandProblem, type CommandReply } from '#contracts';
import type { Platform } from '../support/platform.js';

type CommandName = keyof typeof COMMAND_SUBJECTS;

const TIMEOUT_MS = 10_000;

/** Sends commands as `nats request` does. */
export class Commander {
  constructor(private readonly platform: Platform) {}

  /** @throws Error with the problem, when the command was not carried out */
  async done<T extends object>(name: CommandName, command: object): Promise<T> {
    const reply = await this.reply<T>(name, JSON.stringify(command));
    if (!reply.ok) {
      throw new Error(`${reply.problem.status}: ${reply.problem.detail}`);
    }
    const { ok: _ok, ...answer } = reply;
    return answer as unknown as T;
  }

  /** @throws Error when the command was carried out */
  async refused(name: CommandName, body: object | string): Promise<CommandProblem> {
    const reply = await this.reply(name, typeof body === 'string' ? body : JSON.stringify(body));
    if (reply.ok) {
      throw new Error(`It was carried out: ${JSON.stringify(reply)}`);
    }
    return reply.problem;
  }

  private async reply<T extends object>(name: CommandName, body: string): Promise<CommandReply<T>> {
    const nats = await this.platform.nats();
    const message = await nats.request(COMMAND_SUBJECTS[name], body, { timeout: TIMEOUT_MS });
    return message.json<CommandReply<T>>();
  }
}
