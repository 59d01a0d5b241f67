import { AGENT_STATES_BUCKET, AgentBreaker, type AgentDeclaration, agentStateKey } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { type KV, Kvm } from '@nats-io/kv';
import type { StoredBreaker } from './agent-gate.js';
import { AgentStates } from './agent-states.js';

/** A pause is at most this many times as long as the agent's `breakerPauseMs`. */
const LONGEST_PAUSE = 10;
const MAX_ERROR_LENGTH = 1_000;

/** An attempt, as far as a breaker has to know it. */
export interface CountedAttempt {
  readonly declaration: Pick<AgentDeclaration, 'name' | 'breakerFailures' | 'breakerPauseMs'>;
  /** Milliseconds since the epoch. */
  readonly beganAtMs: number;
}

/**
 * Counts the attempts of each agent that failed in a row in this executor, and stops the agent everywhere when there are
 * too many: what fails anyway should not be tried again and again at full speed.
 */
@Injectable()
export class Breakers {
  private readonly logger = new Logger(Breakers.name);
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly states: AgentStates,
    private readonly connection: JetStreamConnection,
  ) {}

  /** The agent's code failed, or was stopped because of what it did. */
  failed({ declaration, beganAtMs }: CountedAttempt, error: string): void {
    const { name, breakerFailures, breakerPauseMs } = declaration;
    if (breakerFailures === 0) {
      return;
    }
    const stored = this.states.breakerOf(name);
    if (stored !== undefined) {
      this.failures.delete(name);
      if (isProbe(stored, beganAtMs)) {
        void this.change(name, async (bucket, key) => await reopen(bucket, key, stored, declaration, error));
      }
      return;
    }
    const failures = (this.failures.get(name) ?? 0) + 1;
    this.failures.set(name, failures);
    if (failures >= breakerFailures) {
      void this.change(name, async (bucket, key) => {
        await bucket.create(key, openedFor(breakerPauseMs, failures, error));
        this.failures.delete(name);
      });
    }
  }

  /** The agent's code did what it should. */
  succeeded({ declaration, beganAtMs }: CountedAttempt): void {
    this.failures.delete(declaration.name);
    const stored = this.states.breakerOf(declaration.name);
    if (stored !== undefined && isProbe(stored, beganAtMs)) {
      void this.change(declaration.name, async (bucket, key) => {
        await bucket.delete(key, { previousSeq: stored.revision });
      });
    }
  }

  /** Others may be faster; the next attempt that ends sees what they have done. */
  private async change(agent: string, write: (bucket: KV, key: string) => Promise<void>): Promise<void> {
    try {
      const bucket = await new Kvm(this.connection.nats).open(AGENT_STATES_BUCKET);
      await write(bucket, agentStateKey(agent, 'breaker'));
    } catch (error) {
      this.logger.debug({ err: error, agent }, 'A breaker was not changed');
    }
  }
}

/** Whether the attempt began after the pause: what began before it says nothing new. */
function isProbe({ breaker }: StoredBreaker, beganAtMs: number): boolean {
  return beganAtMs >= Date.parse(breaker.open_until);
}

async function reopen(
  bucket: KV,
  key: string,
  { breaker, revision }: StoredBreaker,
  { breakerPauseMs }: CountedAttempt['declaration'],
  error: string,
): Promise<void> {
  const pauseMs = Math.min(breaker.pause_ms * 2, breakerPauseMs * LONGEST_PAUSE);
  await bucket.update(key, openedFor(pauseMs, breaker.failures + 1, error), revision);
}

function openedFor(pauseMs: number, failures: number, error: string): string {
  const breaker = Object.assign(new AgentBreaker(), {
    open_until: new Date(Date.now() + pauseMs).toISOString(),
    failures,
    last_error: error.slice(0, MAX_ERROR_LENGTH),
    pause_ms: pauseMs,
  });
  return JSON.stringify(breaker);
}
