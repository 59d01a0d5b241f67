import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';
import { isObservable, lastValueFrom } from 'rxjs';
import { JetStreamConnection } from '../connection/jetstream-connection.js';
import { BatchConsumer } from '../consuming/batch-consumer.js';
import type {
  BatchBinding,
  ConsumerBinding,
  DemandBinding,
  EachBinding,
} from '../consuming/consumer-binding.js';
import { DemandConsumer } from '../consuming/demand-consumer.js';
import { EachConsumer } from '../consuming/each-consumer.js';
import type { JetStreamMessage } from '../consuming/jetstream-message.js';
import type { PullLine } from '../consuming/pull-subscription.js';
import type { RunningConsumer } from '../consuming/running-consumer.js';
import { SettingsDriftException } from '../exceptions/settings-drift.exception.js';
import { BatchContext } from './batch-context.js';
import { JetStreamContext } from './jetstream-context.js';
import { Settler } from './settler.js';

/** Silent pulls in a row after which the consumer counts as deaf: readiness fails. */
const DEAF_AFTER = 2;
const PREPARE_RETRY_MS = 1_000;

type MessageTaker = (message: JetStreamMessage) => Promise<void>;

/**
 * NATS JetStream as a transport of Nest microservices. Each handler is bound to one durable consumer through the
 * `extras` of its pattern (a `ConsumerBinding`). A message is settled only after its handler's work is done.
 */
@Injectable()
export class JetStreamServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('JETSTREAM');
  /** Failures are settled and logged here; Nest need not log them a second time. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly consumers: RunningConsumer[] = [];
  private readonly eachConsumers = new Map<string, EachConsumer>();
  private readonly demandConsumers = new Map<string, DemandConsumer>();
  private readonly added: { readonly binding: EachBinding | DemandBinding; readonly take: MessageTaker }[] =
    [];
  private readonly paused = new Set<string>();
  private readonly limits = new Map<string, number>();
  private readonly preparations: (() => Promise<void>)[] = [];
  private readonly stopping = new AbortController();
  private hasBegun = false;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly settler: Settler,
  ) {
    super();
    connection.onReconnect(() => this.consumers.forEach((consumer) => consumer.startOver()));
  }

  /** Aborted when the server begins to drain. */
  get closing(): AbortSignal {
    return this.stopping.signal;
  }

  /** Resolves once the handlers have begun, which is when the broker is reached; fails when a preparation fails. */
  listen(callback: (error?: unknown) => void): void {
    void this.beginAndTell(callback);
  }

  /** Work to be done on the broker before the first message is asked for, such as making sure that consumers exist. */
  prepare(step: () => Promise<void>): void {
    this.preparations.push(step);
  }

  /** Begins a consumer that is found only at run time, such as that of a discovered agent. Call before `listen`. */
  addConsumer(binding: EachBinding | DemandBinding, take: MessageTaker): void {
    this.added.push({ binding, take });
  }

  /**
   * Handles a message of a consumer in mode `demand`, to its end.
   * @returns false when there is none, or the broker does not answer
   */
  async handleOne(durable: string): Promise<boolean> {
    return (await this.demandConsumers.get(durable)?.handleOne()) ?? false;
  }

  isPaused(durable: string): boolean {
    return this.paused.has(durable);
  }

  /**
   * Stops asking for messages of one consumer, at once; what is already on its way is still worked on. Also before
   * `listen`: then the consumer begins paused. Safe to repeat.
   */
  pause(durable: string): void {
    this.paused.add(durable);
    this.eachConsumers.get(durable)?.pause();
  }

  /**
   * Asks for messages again, at once. Safe to repeat, also for a consumer that was not paused.
   * @param limit messages of it that this process works on at the same time, if that is less than its concurrency
   */
  resume(durable: string, limit = Infinity): void {
    this.paused.delete(durable);
    this.limits.set(durable, limit);
    this.eachConsumers.get(durable)?.resume(limit);
  }

  /** Stops asking for messages, waits for the handlers that run, settles their messages. */
  async close(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.consumers.map((consumer) => consumer.drain()));
  }

  /** @throws Error while the broker is away, not ready for the consumers, or does not answer one of them. */
  assertHealthy(): void {
    if (!this.connection.isConnected) {
      throw new Error('NATS is not connected');
    }
    if (!this.hasBegun) {
      throw new Error('NATS is not ready for the consumers');
    }
    if (this.consumers.some(({ silent }) => silent >= DEAF_AFTER)) {
      throw new Error('NATS does not answer a consumer');
    }
  }

  on(): never {
    throw new Error('JetStreamServer has no events; read its status');
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as the base class declares it
  unwrap<T>(): T {
    return this.connection.nats as T;
  }

  private async beginAndTell(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.begin();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  private async begin(): Promise<void> {
    const nats = await this.connection.connected();
    for (const step of this.preparations) {
      await this.untilAnswered(step);
    }
    if (!this.closing.aborted) {
      this.consume(nats);
      this.hasBegun = true;
    }
  }

  /** A broker that is not ready, or not provisioned yet, is waited for; drift of settings is not. */
  private async untilAnswered(step: () => Promise<void>): Promise<void> {
    while (!this.closing.aborted) {
      try {
        await step();
        return;
      } catch (error) {
        if (error instanceof SettingsDriftException) {
          throw error;
        }
        this.logger.warn({ err: error }, 'The broker is not ready yet, trying again');
        await setTimeout(PREPARE_RETRY_MS, undefined, { ref: false });
      }
    }
  }

  private consume(nats: NatsConnection): void {
    for (const { binding, take } of this.added) {
      this.consumers.push(this.consumeSingly(this.lineOf(nats), binding, take));
    }
    for (const handler of this.messageHandlers.values()) {
      const line = this.lineOf(nats);
      const binding = handler.extras as ConsumerBinding;
      this.consumers.push(
        binding.mode === 'batch'
          ? this.consumeBatch(line, binding, handler)
          : this.consumeSingly(line, binding, async (message) => {
              await this.call(handler, message, new JetStreamContext([message]));
            }),
      );
    }
  }

  private consumeSingly(
    line: PullLine,
    binding: EachBinding | DemandBinding,
    take: MessageTaker,
  ): RunningConsumer {
    const handle: MessageTaker = (message) => this.settler.settle(message, binding, take);
    if (binding.mode === 'each') {
      return this.consumeEach(line, binding, handle);
    }
    const consumer = new DemandConsumer(line, binding, handle);
    this.demandConsumers.set(binding.durable, consumer);
    return consumer;
  }

  private lineOf(nats: NatsConnection): PullLine {
    return { nats, inbox: this.connection.createInbox() };
  }

  private consumeEach(line: PullLine, binding: EachBinding, handle: MessageTaker): RunningConsumer {
    const consumer = new EachConsumer(line, binding, handle);
    const { durable } = binding;
    this.eachConsumers.set(durable, consumer);
    consumer.resume(this.limits.get(durable));
    if (this.paused.has(durable)) {
      consumer.pause();
    }
    return consumer;
  }

  private consumeBatch(line: PullLine, binding: BatchBinding, handler: MessageHandler): RunningConsumer {
    return new BatchConsumer(line, binding, async (messages, signal) => {
      const context = new BatchContext([signal]);
      await this.call(handler, messages, context);
      await this.settler.settleBatch(messages, binding, context);
    });
  }

  /** Awaits the whole stream that Nest makes of a handler's result: settling earlier would ack unfinished work. */
  private async call(
    handler: MessageHandler,
    data: unknown,
    context: JetStreamContext | BatchContext,
  ): Promise<void> {
    const outcome = Promise.withResolvers<void>();
    this.runWithProcessingHooks(context, async (runEndHook) => {
      try {
        const result: unknown = await handler(data, context);
        if (isObservable(result)) {
          await lastValueFrom(result, { defaultValue: undefined });
        }
        outcome.resolve();
      } catch (error) {
        outcome.reject(error);
      } finally {
        runEndHook();
      }
    });
    await outcome.promise;
  }
}
