import { Injectable, Logger } from '@nestjs/common';
import { type CatalogueEntry, ContractViolation, parseCatalogueEntry } from '#contracts';
import { SchedulePlan } from '../plan/schedule-plan.js';

/**
 * Turns entries of the catalogue into schedules of the plan. The plan follows from the bucket alone, so that all
 * schedulers have the same one: an entry that can't be read has no schedules, whatever it was before.
 */
@Injectable()
export class CataloguePlanner {
  private readonly logger = new Logger(CataloguePlanner.name);

  constructor(private readonly plan: SchedulePlan) {}

  get scheduleCount(): number {
    return this.plan.size;
  }

  /** An entry is new or changed. */
  put(key: string, value: Uint8Array): void {
    const entry = this.read(key, value);
    if (entry === undefined) {
      this.plan.remove(key);
    } else {
      this.plan.set(key, entry.declaration.schedules);
    }
  }

  /** An entry is gone. */
  remove(key: string): void {
    this.plan.remove(key);
  }

  /** The bucket has these entries and no others. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const agent of this.plan.agentNames) {
      if (!keys.has(agent)) {
        this.plan.remove(agent);
      }
    }
  }

  private read(key: string, value: Uint8Array): CatalogueEntry | undefined {
    try {
      const entry = parseCatalogueEntry(value);
      if (entry.declaration.name !== key) {
        throw new ContractViolation([
          { field: 'declaration.name', message: 'name must be the key of the entry' },
        ]);
      }
      return entry;
    } catch (error) {
      if (!(error instanceof ContractViolation)) {
        throw error;
      }
      this.logger.error({ agent: key, reason: error.message }, 'Catalogue entry left out');
      return undefined;
    }
  }
}
