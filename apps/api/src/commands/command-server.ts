import { type CommandReply, type CommandSubject, parseJsonObject } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { AuditTrail } from '../audit/audit-trail.js';
import { commandAudit } from './command-audit.js';
import { isUnavailable, isUnforeseen, problemOf } from './problem-of.js';

/** Replicas of the service share the commands. */
const QUEUE = 'api';

type Handler = (plain: object) => Promise<object>;

/** Takes commands as NATS requests and answers each, also one that makes no sense. */
@Injectable()
export class CommandServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(CommandServer.name);
  private readonly handlers = new Map<CommandSubject, Handler>();
  private readonly subscriptions: Subscription[] = [];
  private readonly running = new Set<Promise<void>>();
  private isStopping = false;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Before the application has started: says who carries out a command.
   * @param parse throws ContractViolation when it is none
   * @param handle resolves with the fields of the answer; what it throws is told as a problem
   */
  serve<T extends object>(
    subject: CommandSubject,
    parse: (plain: object) => T,
    handle: (command: T) => Promise<object>,
  ): void {
    this.handlers.set(subject, async (plain) => await handle(parse(plain)));
  }

  onApplicationBootstrap(): void {
    void this.listenOnceConnected();
  }

  /** Takes no more, and answers what it has taken. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    const drained = this.connection.isConnected ? this.subscriptions.map((each) => each.drain()) : [];
    await Promise.allSettled(drained);
    await Promise.allSettled(this.running);
  }

  /** @throws Error while commands do not arrive */
  assertHealthy(): void {
    if (!this.connection.isConnected || this.subscriptions.length === 0) {
      throw new Error('NATS is not connected');
    }
  }

  private async listenOnceConnected(): Promise<void> {
    const nats = await this.connection.connected();
    if (this.isStopping) {
      return;
    }
    for (const [subject, handler] of this.handlers) {
      const subscription = nats.subscribe(subject, {
        queue: QUEUE,
        callback: (error, message) => {
          if (error === null) {
            this.take(handler, message);
          }
        },
      });
      this.subscriptions.push(subscription);
    }
  }

  private take(handler: Handler, message: Msg): void {
    const work = this.answer(handler, message).finally(() => this.running.delete(work));
    this.running.add(work);
  }

  private async answer(handler: Handler, message: Msg): Promise<void> {
    const reply = await this.replyTo(handler, message);
    try {
      message.respond(JSON.stringify(reply));
    } catch (error) {
      this.logger.warn({ err: error, command: message.subject }, 'A command could not be answered');
    }
    const entry = commandAudit(message.subject, fieldsOf(message), reply);
    if (entry !== undefined) {
      await this.trail.record(entry);
    }
  }

  private async replyTo(handler: Handler, message: Msg): Promise<CommandReply<object>> {
    try {
      const answer = await handler(parseJsonObject(message.data));
      this.logger.log({ command: message.subject }, 'A command was carried out');
      return { ...answer, ok: true };
    } catch (error) {
      const problem = problemOf(error);
      if (isUnforeseen(problem)) {
        this.logger.error({ err: error, command: message.subject }, 'A command failed unexpectedly');
      } else if (isUnavailable(problem)) {
        this.logger.warn({ err: error, command: message.subject }, 'A command can not be carried out now');
      }
      return { ok: false, problem };
    }
  }
}

/** Also of a command that makes no sense: it is written down as refused. */
function fieldsOf({ data }: Msg): Record<string, unknown> {
  try {
    return parseJsonObject(data);
  } catch {
    return {};
  }
}
