import {
  ContractViolation,
  parseCatalogueEntry,
  parseScheduleKey,
  parseStoredSchedule,
  type ScheduleDefinition,
  scheduleKey,
  type SchedulePause,
} from '#contracts';
import { definitionOfDeclaration } from './definition-of-declaration.js';

/** A schedule as the buckets have it. */
export interface BookedSchedule {
  readonly definition: ScheduleDefinition;
  /** Where it is defined. */
  readonly source: 'code' | 'stored';
  /** Nothing unless it is paused. */
  readonly pause: Partial<SchedulePause> | undefined;
}

/** Is told of changes. */
export interface BookListener {
  /** A schedule is there, or is another one; nothing when it is gone. */
  changed(key: string, schedule: BookedSchedule | undefined): void;
  /** Something in a bucket is left out, and why. */
  leftOut(key: string, reason: string): void;
}

interface BucketEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

const decoder = new TextDecoder();

/**
 * What the buckets `AGENTS` and `SCHEDULES` say of schedules: those that agents declare in code, those made at run time,
 * and which are paused. It follows from the buckets alone, so that all who read them have the same: what can't be read
 * is as good as not there, whatever stood there before. A schedule from code wins over a stored one of its name.
 */
export class ScheduleBook {
  private readonly declared = new Map<string, ReadonlyMap<string, ScheduleDefinition>>();
  private readonly stored = new Map<string, ScheduleDefinition>();
  private readonly pauses = new Map<string, Partial<SchedulePause>>();
  /** To be told what the bucket `AGENTS` holds. */
  readonly ofAgents = {
    put: ({ key, value }: BucketEntry): void => this.putAgent(key, value),
    remove: (key: string): void => this.putAgent(key, undefined),
    keepOnly: (keys: ReadonlySet<string>): void => this.keepAgents(keys),
  };
  /** To be told what the bucket `SCHEDULES` holds. */
  readonly ofSchedules = {
    put: ({ key, value }: BucketEntry): void => this.putStored(key, value),
    remove: (key: string): void => this.putStored(key, undefined),
    keepOnly: (keys: ReadonlySet<string>): void => this.keepStored(keys),
  };

  constructor(private readonly listener?: BookListener) {}

  get(key: string): BookedSchedule | undefined {
    const declared = this.declared.get(key.slice(0, key.indexOf('.')))?.get(key);
    const definition = declared ?? this.stored.get(key);
    return definition === undefined
      ? undefined
      : { definition, source: declared === undefined ? 'stored' : 'code', pause: this.pauses.get(key) };
  }

  /** Keys of all schedules, in no order. */
  keys(): string[] {
    const keys = new Set(this.stored.keys());
    this.declared.forEach((schedules) => schedules.forEach((_definition, key) => keys.add(key)));
    return [...keys];
  }

  /** An entry of the bucket `AGENTS`; without a value it is gone. */
  putAgent(agent: string, value: Uint8Array | undefined): void {
    const before = this.declared.get(agent)?.keys() ?? [];
    const definitions = value === undefined ? [] : this.read(agent, () => declaredIn(agent, value), []);
    const after = new Map(definitions.map((each) => [scheduleKey(agent, each.name), each]));
    this.declared[after.size === 0 ? 'delete' : 'set'](agent, after);
    new Set([...before, ...after.keys()]).forEach((key) => this.tell(key));
  }

  /** An entry of the bucket `SCHEDULES`; without a value it is gone. */
  putStored(bucketKey: string, value: Uint8Array | undefined): void {
    const parsed = parseScheduleKey(bucketKey);
    if (parsed === undefined) {
      return; // a mark of the platform's own, or somebody's by hand
    }
    const key = scheduleKey(parsed.agent, parsed.schedule);
    if (parsed.isPause) {
      replace(this.pauses, key, value === undefined ? undefined : pauseIn(value));
    } else {
      replace(
        this.stored,
        key,
        value === undefined ? undefined : this.read(key, () => storedIn(key, value), undefined),
      );
    }
    this.tell(key);
  }

  /** The bucket `AGENTS` has these keys and no others. */
  keepAgents(keys: ReadonlySet<string>): void {
    const gone = [...this.declared.keys()].filter((agent) => !keys.has(agent));
    gone.forEach((agent) => this.putAgent(agent, undefined));
  }

  /** The bucket `SCHEDULES` has these keys and no others. */
  keepStored(keys: ReadonlySet<string>): void {
    const known = [...this.stored.keys(), ...[...this.pauses.keys()].map((key) => `${key}.paused`)];
    known.filter((key) => !keys.has(key)).forEach((key) => this.putStored(key, undefined));
  }

  private tell(key: string): void {
    const agent = key.slice(0, key.indexOf('.'));
    if (this.stored.has(key) && this.declared.get(agent)?.has(key) === true) {
      this.listener?.leftOut(key, 'the agent declares a schedule of this name in code');
    }
    this.listener?.changed(key, this.get(key));
  }

  private read<T>(key: string, parse: () => T, otherwise: T): T {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof ContractViolation)) {
        throw error;
      }
      this.listener?.leftOut(key, error.message);
      return otherwise;
    }
  }
}

function declaredIn(agent: string, value: Uint8Array): ScheduleDefinition[] {
  const { name, schedules } = parseCatalogueEntry(value).declaration;
  if (name !== agent) {
    throw new ContractViolation([
      { field: 'declaration.name', message: 'name must be the key of the entry' },
    ]);
  }
  return schedules.map((each) => definitionOfDeclaration(name, each));
}

function storedIn(key: string, value: Uint8Array): ScheduleDefinition {
  const definition = parseStoredSchedule(value);
  if (scheduleKey(definition.agent, definition.name) !== key) {
    throw new ContractViolation([{ field: 'name', message: 'agent and name must be the key of the entry' }]);
  }
  return definition;
}

/** The key alone counts; of one that somebody stored by hand anything may stand there. */
function pauseIn(value: Uint8Array): Partial<SchedulePause> {
  try {
    const { at, by, reason } = Object(JSON.parse(decoder.decode(value))) as Record<string, unknown>;
    return {
      ...(typeof at === 'string' && { at }),
      ...(typeof by === 'string' && { by }),
      ...(typeof reason === 'string' && { reason }),
    };
  } catch {
    return {};
  }
}

function replace<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) {
    map.delete(key);
  } else {
    map.set(key, value);
  }
}
