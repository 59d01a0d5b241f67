import { REQUEST_ID_PATTERN } from '#contracts';
import { isDatabaseUnavailable } from '#database';
import { BrokerUnavailableException } from '#jetstream';
import { Injectable, NotFoundException } from '@nestjs/common';
import { fromNats } from '../http/in-reach.js';
import { EventReader, type PlacedEvent } from './event-reader.js';
import { foldEvent } from './fold-events.js';
import { isFinalStatus } from './is-final-status.js';
import { RunLookup } from './run-lookup.js';
import { RunTable } from './run-table.js';
import type { RunFacts } from './run-view.js';
import type { StoredRun } from './stored-run.js';
import { waitingView } from './waiting-view.js';

/** What can be found out about a run right now. */
export interface KnownRun {
  readonly view: RunFacts;
  readonly input: Record<string, unknown> | null;
  /** Its row, if Postgres has one and is there. */
  readonly stored: StoredRun | undefined;
  /** What the stream has of a run whose row is not final yet. */
  readonly events: readonly PlacedEvent[];
  /** ISO 8601: it is to begin then, and not before. */
  readonly notBefore?: string;
  /** Servers that are away. */
  readonly unavailable: readonly ('nats' | 'postgres')[];
}

/** Finds runs in Postgres and on NATS, and with either of them away. */
@Injectable()
export class KnownRuns {
  constructor(
    private readonly table: RunTable,
    private readonly events: EventReader,
    private readonly lookup: RunLookup,
  ) {}

  /**
   * @param id run_id or request_id
   * @throws NotFoundException when nobody has asked for such a run
   * @throws BrokerUnavailableException, DatabaseUnavailableException when that can't be found out
   */
  async find(id: string): Promise<KnownRun> {
    if (!REQUEST_ID_PATTERN.test(id)) {
      throw missing(id);
    }
    const { stored, failure } = await this.stored(id);
    if (stored !== undefined && isFinalStatus(stored.view.status)) {
      return { view: stored.view, input: stored.input, stored, events: [], unavailable: [] };
    }
    const unavailable = failure === undefined ? [] : ['postgres' as const];
    try {
      const events = await this.events.read(stored?.view.request_id ?? id);
      if (stored === undefined && events.length === 0) {
        return await this.withoutEvents(id, unavailable);
      }
      return { ...withEvents(stored, events), stored, events, unavailable };
    } catch (error) {
      if (!(error instanceof BrokerUnavailableException) || stored === undefined) {
        throw failure ?? error;
      }
      return { view: stored.view, input: stored.input, stored, events: [], unavailable: ['nats'] };
    }
  }

  private async stored(id: string): Promise<{ stored?: StoredRun | undefined; failure?: unknown }> {
    try {
      return { stored: await this.table.find(id) };
    } catch (error) {
      if (!isDatabaseUnavailable(error)) {
        throw error;
      }
      return { failure: error };
    }
  }

  /** It waits, or it was over at once and its row has come meanwhile. */
  private async withoutEvents(id: string, unavailable: KnownRun['unavailable']): Promise<KnownRun> {
    const run = await fromNats(`The run ${id}`, async () => await this.lookup.find(id));
    if (!run.isFinal) {
      return {
        view: waitingView(run.agent, run.requestId, run.origin),
        input: run.origin.input ?? null,
        stored: undefined,
        events: [],
        unavailable,
        ...(run.notBefore !== undefined && { notBefore: run.notBefore }),
      };
    }
    const stored = await this.table.find(id);
    if (stored === undefined) {
      throw missing(id);
    }
    return { view: stored.view, input: stored.input, stored, events: [], unavailable };
  }
}

function withEvents(
  stored: StoredRun | undefined,
  events: readonly PlacedEvent[],
): Pick<KnownRun, 'view' | 'input'> {
  const folded = events.reduce((view, { event }) => foldEvent(view, event), stored?.view);
  return { view: folded as RunFacts, input: stored?.input ?? events[0]?.event.origin.input ?? null };
}

function missing(id: string): NotFoundException {
  return new NotFoundException(`There is no run with the run_id or request_id ${id}`);
}
