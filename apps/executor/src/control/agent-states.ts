import {
  AGENT_STATES_BUCKET,
  type AgentBreaker,
  ContractViolation,
  executorConsumer,
  parseAgentBreaker,
  parseAgentStateKey,
} from '#contracts';
import {
  type BucketEntry,
  type BucketListener,
  BucketWatch,
  JetStreamConnection,
  JetStreamServer,
} from '#jetstream';
import { MetricsRegistry } from '#telemetry';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AgentGate, type StoredBreaker } from './agent-gate.js';

const OPEN = 1;
const HALF_OPEN = 2;

/** Stops and goes on as the bucket `AGENT_STATES` says, from before the first request is asked for. */
@Injectable()
export class AgentStates implements BucketListener, OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AgentStates.name);
  /** Of the agents that something is stored about. */
  private readonly gates = new Map<string, AgentGate>();
  private readonly watch: BucketWatch;

  constructor(
    private readonly server: JetStreamServer,
    connection: JetStreamConnection,
    registry: MetricsRegistry,
  ) {
    this.watch = new BucketWatch(connection, AGENT_STATES_BUCKET, this);
    this.measure(registry);
  }

  onModuleInit(): void {
    this.server.prepare(async () => await this.watch.read());
  }

  onModuleDestroy(): void {
    this.watch.stop();
    this.gates.forEach((gate) => gate.close());
  }

  /** The agent's breaker, unless it is closed. */
  breakerOf(agent: string): StoredBreaker | undefined {
    return this.gates.get(agent)?.breaker;
  }

  put({ key, value, revision }: BucketEntry): void {
    const parsed = parseAgentStateKey(key);
    if (parsed?.state === 'paused') {
      this.gateOf(parsed.agent).isPaused = true;
      this.logger.warn({ agent: parsed.agent }, 'The agent is paused');
    } else if (parsed?.state === 'breaker') {
      this.setBreaker(parsed.agent, value, revision);
    }
  }

  remove(key: string): void {
    const parsed = parseAgentStateKey(key);
    const gate = parsed === undefined ? undefined : this.gates.get(parsed.agent);
    if (parsed === undefined || gate === undefined) {
      return;
    }
    if (parsed.state === 'paused' && gate.isPaused) {
      gate.isPaused = false;
      this.logger.log({ agent: parsed.agent }, 'The agent is resumed');
    } else if (parsed.state === 'breaker' && gate.breaker !== undefined) {
      gate.breaker = undefined;
      this.logger.log({ agent: parsed.agent }, 'The breaker is closed');
    }
    if (!gate.isPaused && gate.breaker === undefined) {
      this.gates.delete(parsed.agent);
    }
  }

  keepOnly(keys: ReadonlySet<string>): void {
    for (const agent of this.gates.keys()) {
      const gone = [`${agent}.paused`, `${agent}.breaker`].filter((key) => !keys.has(key));
      gone.forEach((key) => this.remove(key));
    }
  }

  private setBreaker(agent: string, value: Uint8Array, revision: number): void {
    try {
      const breaker: AgentBreaker = parseAgentBreaker(value);
      this.gateOf(agent).breaker = { breaker, revision };
      const { failures, open_until: openUntil } = breaker;
      this.logger.warn({ agent, failures, openUntil }, 'The breaker is open');
    } catch (error) {
      if (!(error instanceof ContractViolation)) {
        throw error;
      }
      this.logger.warn({ agent, reason: error.message }, 'A breaker that can not be read counts as closed');
    }
  }

  private gateOf(agent: string): AgentGate {
    const durable = executorConsumer(agent);
    const gate =
      this.gates.get(agent) ??
      new AgentGate({
        pause: () => this.server.pause(durable),
        resume: (limit) => this.server.resume(durable, limit),
      });
    this.gates.set(agent, gate);
    return gate;
  }

  private measure(registry: MetricsRegistry): void {
    const { gates } = this;
    registry.gauge({
      name: 'executor_agent_paused',
      help: '1 for each agent that is paused',
      labelNames: ['agent'],
      collect() {
        this.reset();
        gates.forEach((gate, agent) => this.set({ agent }, Number(gate.isPaused)));
      },
    });
    registry.gauge({
      name: 'executor_agent_breaker',
      help: '1 for each agent whose breaker is open, 2 where single runs are tried',
      labelNames: ['agent'],
      collect() {
        this.reset();
        gates.forEach((gate, agent) => this.set({ agent }, stateOf(gate)));
      },
    });
  }
}

function stateOf(gate: AgentGate): number {
  if (gate.breaker === undefined) {
    return 0;
  }
  return gate.openForMs > 0 ? OPEN : HALF_OPEN;
}
