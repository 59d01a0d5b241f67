import { AgentRegistry } from '#agents';
import type { ExecutorPresence } from '#contracts';
import { SlotPool } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import { HeldRuns } from '../leases/held-runs.js';
import { ownVersion } from './own-version.js';

/** What this executor says of itself. */
@Injectable()
export class PresenceReport {
  private readonly version = ownVersion();
  private readonly startedAt = new Date().toISOString();

  constructor(
    private readonly identity: ExecutorIdentity,
    private readonly registry: AgentRegistry,
    private readonly heldRuns: HeldRuns,
    private readonly slots: SlotPool,
  ) {}

  get id(): string {
    return this.identity.id;
  }

  presence(isDraining: boolean): ExecutorPresence {
    return {
      id: this.id,
      group: this.identity.group,
      ...(this.version !== undefined && { version: this.version }),
      started_at: this.startedAt,
      agents: this.registry.all().map(({ declaration }) => declaration.name),
      concurrency: this.slots.size,
      held_runs: this.heldRuns.size,
      is_draining: isDraining,
    };
  }
}
