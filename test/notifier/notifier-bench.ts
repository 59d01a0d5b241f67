import { jetstream, jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { INestMicroservice } from '@nestjs/common';
import { JetStreamServer } from '#jetstream';
import { vi } from 'vitest';
import {
  AGENTS_BUCKET,
  bucketStream,
  bucketSubject,
  DEAD_LETTERS,
  eventSubject,
  type NotificationRule,
  NOTIFICATIONS_BUCKET,
  NOTIFIER,
  NOTIFIER_EMAILS,
  NOTIFIER_WEBHOOKS,
  packSubject,
  RUN_EVENTS,
} from '#contracts';
import { createNotifier } from '../../apps/notifier/src/create-notifier.js';
import type { NotifierConfiguration } from '../../apps/notifier/src/notifier-configuration.js';
import { AgentRules } from '../../apps/notifier/src/rules/agent-rules.js';
import { provision } from '../../apps/setup/src/provision.js';
import { topology } from '#topology';
import { PrivateServers } from '../support/private-servers.js';
import { ServiceProcess } from '../support/service-process.js';
import { benchConfiguration } from './bench-configuration.js';
import { deadLettersOf } from './dead-letters-of.js';
import { type Ending, finalEvent } from './final-event.js';
import { MailServer } from './mail-server.js';
import { WebhookReceiver } from './webhook-receiver.js';

/** Not so many that a broker that syncs each of them keeps one waiting for long. */
const PUBLISHED_TOGETHER = 256;
const STREAM_BYTES = 64 * 1_048_576;
const NOTIFICATIONS = bucketStream(NOTIFICATIONS_BUCKET);
const STORED: readonly (readonly [stream: string, durable: string, subject: string])[] = [
  [RUN_EVENTS, NOTIFIER, 'runs.>'],
  [NOTIFICATIONS, NOTIFIER_EMAILS, bucketSubject(NOTIFICATIONS_BUCKET, 'email.>')],
  [NOTIFICATIONS, NOTIFIER_WEBHOOKS, bucketSubject(NOTIFICATIONS_BUCKET, 'webhook.>')],
];

type Rule = Partial<NotificationRule> & Pick<NotificationRule, 'name' | 'on'>;

/** A broker with the platform's streams, a mail server, a receiver of webhooks, and notifiers. */
export class NotifierBench {
  private readonly notifiers: INestMicroservice[] = [];
  private readonly processes: ServiceProcess[] = [];
  private agents = 0;
  private runs = 0;

  private constructor(
    readonly servers: PrivateServers,
    readonly nats: NatsConnection,
    readonly manager: JetStreamManager,
    private readonly catalogue: KV,
    readonly mail: MailServer,
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(): Promise<NotifierBench> {
    const servers = await PrivateServers.start({ nats: true });
    const sizes = {
      runRequestsMaxBytes: STREAM_BYTES,
      runEventsMaxBytes: STREAM_BYTES,
      deadLettersMaxBytes: STREAM_BYTES,
      streamReplicas: 1,
    };
    await provision({ servers: servers.nats.url, name: 'setup' }, topology(sizes), () => undefined);
    const nats = await connect({
      servers: servers.nats.url,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
    const catalogue = await new Kvm(nats).open(AGENTS_BUCKET);
    const manager = await jetstreamManager(nats);
    return new NotifierBench(
      servers,
      nats,
      manager,
      catalogue,
      await MailServer.start(),
      await WebhookReceiver.start(),
    );
  }

  async startNotifier(overrides: Partial<NotifierConfiguration> = {}): Promise<INestMicroservice> {
    const usual = { natsUrl: this.servers.nats.url, smtpUrl: this.mail.url };
    const configuration = benchConfiguration(this.receiver.host, { ...usual, ...overrides });
    const notifier = await createNotifier(configuration);
    this.notifiers.push(notifier);
    await notifier.listen();
    return notifier;
  }

  /** @param program path below `dist/` */
  spawn(program: string, environment: Record<string, string> = {}): ServiceProcess {
    const service = ServiceProcess.spawn(program, {
      NATS_URL: this.servers.nats.url,
      MANAGEMENT_PORT: '0',
      LOG_LEVEL: 'warn',
      SMTP_URL: this.mail.url,
      MAIL_FROM: 'agents@example.com',
      ...environment,
    });
    this.processes.push(service);
    return service;
  }

  /** Declares an agent with these rules. @returns its name, known to all notifiers in this process */
  async declare(...rules: readonly Rule[]): Promise<string> {
    this.agents += 1;
    const name = `agent_${this.agents}`;
    const limits = { concurrency: 1, attemptLimit: 1, timeLimitMs: 1_000, retryDelayMs: 1_000 };
    const declaration = { name, description: '', ...limits, schedules: [], notifications: rules };
    await this.catalogue.put(name, JSON.stringify({ group: 'default', declaration }));
    await vi.waitFor(() => {
      if (this.notifiers.some((notifier) => notifier.get(AgentRules).of(name).length !== rules.length)) {
        throw new Error(`Not every notifier knows the rules of ${name}`);
      }
    });
    return name;
  }

  /** Publishes a run's final event. @returns its request_id */
  async end(agent: string, ending: Ending, fields: object = {}): Promise<string> {
    const requestId = this.nextRequestId();
    await this.publish(requestId, finalEvent(requestId, agent, ending, fields));
    return requestId;
  }

  /** Publishes final events in one message. @returns their request_ids */
  async pack(...ends: readonly (readonly [agent: string, ending: Ending])[]): Promise<string[]> {
    const requestIds = ends.map(() => this.nextRequestId());
    await this.publishPack(
      ends.map(([agent, ending], index) => finalEvent(requestIds[index]!, agent, ending)),
    );
    return requestIds;
  }

  async publishPack(items: readonly unknown[]): Promise<void> {
    await this.store(packSubject('default-1'), items);
  }

  /**
   * Publishes successes of an agent, many at a time.
   * @param perMessage 1 for events on the subjects of their runs, more for packs
   */
  async succeedOften(agent: string, runs: number, perMessage = 1): Promise<void> {
    for (let sent = 0; sent < runs; sent += PUBLISHED_TOGETHER * perMessage) {
      const messages = Math.min(PUBLISHED_TOGETHER, Math.ceil((runs - sent) / perMessage));
      await Promise.all(
        Array.from({ length: messages }, async () => {
          const ends = Array.from({ length: perMessage }, () => [agent, { result: null }] as const);
          await (perMessage === 1 ? this.succeed(agent, null) : this.pack(...ends));
        }),
      );
    }
  }

  async fail(agent: string): Promise<string> {
    return await this.end(agent, { error: 'it broke' });
  }

  async succeed(agent: string, result?: unknown): Promise<string> {
    return await this.end(agent, { result });
  }

  async publish(requestId: string, event: object): Promise<void> {
    await this.store(eventSubject(requestId), event);
  }

  /** @throws JetStreamApiError when the stream is full */
  private async store(subject: string, body: unknown): Promise<void> {
    await jetstream(this.nats).publish(subject, JSON.stringify(body));
  }

  private nextRequestId(): string {
    this.runs += 1;
    return `run-${this.runs}`;
  }

  /** Resolves once every event is read, and everything is sent or given up. */
  async settled(): Promise<void> {
    await vi.waitFor(
      async () => {
        for (const [stream, durable, subject] of STORED) {
          // A consumer may not have heard yet of what its stream has just stored.
          const last = await this.manager.streams.getMessage(stream, { last_by_subj: subject });
          const info = await this.manager.consumers.info(stream, durable);
          const isRead = info.delivered.stream_seq >= (last?.seq ?? 0) && info.num_pending === 0;
          if (!isRead || info.num_ack_pending > 0) {
            throw new Error(
              `${durable} has ${info.num_pending} to read, and ${info.num_ack_pending} in hand`,
            );
          }
        }
      },
      { timeout: 15_000, interval: 20 },
    );
  }

  /** No notifier of this process reads until `work` is over; then all of them do, as if each had the turn. */
  async whileNobodyReads(work: () => Promise<void>): Promise<void> {
    const servers = this.notifiers.map((notifier) => notifier.get(JetStreamServer));
    servers.forEach((server) => server.pause(NOTIFIER));
    await work();
    servers.forEach((server) => server.resume(NOTIFIER));
  }

  /** How fast events are decided on, from now until all are; to be looked at, not to be tested. */
  async eventsPerSecond(events: number): Promise<number> {
    const startedAtMs = performance.now();
    await this.settled();
    return Math.round((events / (performance.now() - startedAtMs)) * 1_000);
  }

  /** Makes a durable consumer anew, with everything that its stream holds still to come. */
  async replay(stream: string, durable: string): Promise<void> {
    const { config } = await this.manager.consumers.info(stream, durable);
    await this.manager.consumers.delete(stream, durable);
    await this.manager.consumers.add(stream, { ...config, deliver_policy: 'all' });
  }

  /** Of the stage of notifications, oldest first. */
  async deadLetters(): Promise<StoredMsg[]> {
    return await deadLettersOf('runs.dead.notifications', this.manager);
  }

  /** Ends the notifiers of a spec, and forgets what was sent. */
  async reset(): Promise<void> {
    await Promise.all(this.processes.splice(0).map((service) => service.kill()));
    await Promise.all(this.notifiers.splice(0).map((notifier) => notifier.close()));
    this.mail.mails.length = 0;
    this.mail.refusals.clear();
    this.receiver.webhooks.length = 0;
    await this.manager.streams.purge(DEAD_LETTERS);
  }

  async stop(): Promise<void> {
    await this.reset();
    await this.mail.stop();
    await this.receiver.stop();
    await this.nats.close();
    await this.servers.stop();
  }
}
