import { AgentsModule } from '#agents';
import { JetStreamModule, SlotPool } from '#jetstream';
import { type CatalogueLocation, childEnvironment, RunningModule } from '#running';
import { TelemetryModule } from '#telemetry';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { AttemptConclusion } from './attempts/attempt-conclusion.js';
import { AttemptMetrics } from './attempts/attempt-metrics.js';
import { AttemptRunner } from './attempts/attempt-runner.js';
import { CacheStore } from './context/cache-store.js';
import { CataloguePublisher } from './catalogue/catalogue-publisher.js';
import { AgentStates } from './control/agent-states.js';
import { Breakers } from './control/breakers.js';
import { CancelledRequests } from './control/cancelled-requests.js';
import { Cancels } from './control/cancels.js';
import { ExecutorConfiguration } from './executor-configuration.js';
import { ExecutorHealth } from './executor-health.js';
import { ExecutorIdentity } from './identity/executor-identity.js';
import { EventAppender } from './journal/event-appender.js';
import { EventPacker } from './journal/event-packer.js';
import { BrokerContact } from './leases/broker-contact.js';
import { Journals } from './journal/journals.js';
import { Claims } from './leases/claims.js';
import { Decisions } from './leases/decisions.js';
import { HeldRuns } from './leases/held-runs.js';
import { HolderInquiry } from './leases/holder-inquiry.js';
import { HighLanes } from './priority/high-lanes.js';
import { LaneHandler } from './priority/lane-handler.js';
import { Places } from './priority/places.js';
import { PresenceHeartbeat } from './presence/presence-heartbeat.js';
import { PresenceReport } from './presence/presence-report.js';
import { AgentConsumers } from './requests/agent-consumers.js';
import { AgentProvisioning } from './requests/agent-provisioning.js';
import { Drain } from './requests/drain.js';
import { RequestHandler } from './requests/request-handler.js';

/** What needs nothing but other providers. */
const PROVIDERS: Provider[] = [
  HeldRuns,
  BrokerContact,
  HolderInquiry,
  EventAppender,
  EventPacker,
  Decisions,
  Cancels,
  CancelledRequests,
  AgentStates,
  Breakers,
  Claims,
  CacheStore,
  Journals,
  AttemptConclusion,
  AttemptMetrics,
  AttemptRunner,
  RequestHandler,
  HighLanes,
  Places,
  LaneHandler,
  CataloguePublisher,
  AgentProvisioning,
  AgentConsumers,
  Drain,
  PresenceReport,
  PresenceHeartbeat,
  ExecutorHealth,
];

@Module({})
export class ExecutorModule {
  /**
   * @param catalogue the module that brings the agents
   * @param location where child processes find that module
   */
  static forRoot(
    configuration: ExecutorConfiguration,
    catalogue: Type,
    location: CatalogueLocation,
  ): DynamicModule {
    return {
      module: ExecutorModule,
      imports: [
        ...infrastructureOf(configuration),
        AgentsModule,
        runningOf(configuration, location),
        catalogue,
      ],
      providers: [
        { provide: ExecutorConfiguration, useValue: configuration },
        { provide: ExecutorIdentity, useFactory: () => new ExecutorIdentity(configuration.group) },
        { provide: SlotPool, useFactory: () => new SlotPool(configuration.concurrency) },
        ...PROVIDERS,
      ],
    };
  }
}

function infrastructureOf(configuration: ExecutorConfiguration): DynamicModule[] {
  const { natsUrl, natsUser, natsPassword, logLevel, managementHost, managementPort } = configuration;
  return [
    TelemetryModule.forRoot({
      service: 'executor',
      logLevel,
      management: { host: managementHost, port: managementPort },
    }),
    JetStreamModule.forRoot({ servers: natsUrl, name: 'executor', user: natsUser, password: natsPassword }),
  ];
}

function runningOf(configuration: ExecutorConfiguration, catalogue: CatalogueLocation): DynamicModule {
  const { childVariables, concurrency, childRuns, pythonDir, python } = configuration;
  return RunningModule.forRoot({
    catalogue,
    environment: childEnvironment(process.env, childVariables?.split(',') ?? []),
    maxChildren: concurrency,
    runsPerChild: childRuns,
    python: { folder: pythonDir, program: python },
  });
}
