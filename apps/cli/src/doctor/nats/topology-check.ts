import { type Inspected, SettingsInspector } from '#jetstream';
import type { Topology } from '#topology';
import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { Findings } from '../finding.js';

const NEARLY_FULL = 0.9;

/** Holds streams, buckets and consumers against what is wanted. */
export class TopologyCheck {
  private readonly inspector: SettingsInspector;
  private readonly missing: string[] = [];
  private growth = 0;

  constructor(
    manager: JetStreamManager,
    private readonly findings: Findings,
    private readonly setupHint: string,
  ) {
    this.inspector = new SettingsInspector(manager);
  }

  /** What the streams may still take until they are full. */
  get growthBytes(): number {
    return this.growth;
  }

  async run({ streams, buckets, consumers }: Topology): Promise<void> {
    let good = 0;
    for (const definition of streams) {
      const inspected = await this.inspector.stream(definition);
      good += this.isAsWanted('stream', definition.name, definition.name, inspected) ? 1 : 0;
      this.look(inspected.found);
    }
    for (const definition of buckets) {
      const inspected = await this.inspector.bucket(definition);
      good += this.isAsWanted('bucket', definition.name, `KV_${definition.name}`, inspected) ? 1 : 0;
    }
    for (const { stream, definition } of consumers) {
      const inspected = await this.inspector.consumer(stream, definition);
      good += this.isConsumerAsWanted(`${definition.durable_name} of ${stream}`, inspected) ? 1 : 0;
    }
    if (this.missing.length > 0) {
      this.findings.problem('streams', `Missing: ${this.missing.join(', ')}`, this.setupHint);
    }
    const all = streams.length + buckets.length + consumers.length;
    if (good === all) {
      const counts = `${streams.length} streams, ${buckets.length} buckets and ${consumers.length} consumers`;
      this.findings.ok('streams', `${counts} are as wanted`);
    }
  }

  private isAsWanted(
    kind: string,
    name: string,
    stream: string,
    { found, differences }: Inspected<unknown>,
  ): boolean {
    if (found === undefined) {
      this.missing.push(`${kind} ${name}`);
    } else if (differences.length > 0) {
      const advice = `Change it with \`nats stream edit ${stream}\`, or the variable of the setup to what you mean`;
      this.findings.problem(
        kind,
        `The ${kind} ${name} has other settings: ${differences.join('; ')}`,
        advice,
      );
    }
    return found !== undefined && differences.length === 0;
  }

  private isConsumerAsWanted(name: string, { found, differences }: Inspected<unknown>): boolean {
    if (found === undefined) {
      this.missing.push(`consumer ${name}`);
      return false;
    }
    const grave = differences.filter((difference) => !difference.startsWith('max_ack_pending:'));
    if (grave.length > 0) {
      const advice = 'Change it with `nats consumer edit`; what can not be edited needs a new one';
      this.findings.problem(
        'consumer',
        `The consumer ${name} has other settings: ${grave.join('; ')}`,
        advice,
      );
    } else if (differences.length > 0) {
      this.findings.warning(
        'consumer',
        `The consumer ${name} has ${differences.join('; ')}`,
        `${this.setupHint}, which changes it`,
      );
    }
    return differences.length === 0;
  }

  private look(info: StreamInfo | undefined): void {
    if (info === undefined || info.config.max_bytes <= 0) {
      return;
    }
    const { name, max_bytes: bound } = info.config;
    const { bytes } = info.state;
    this.growth += Math.max(0, bound - bytes);
    if (bytes > bound * NEARLY_FULL) {
      const percent = Math.round((bytes / bound) * 100);
      const advice = `\`npx agent-platform queues\` shows which consumer is behind: bring it back, or raise the bound of ${name}`;
      this.findings.warning('stream', `The stream ${name} is ${percent} % full`, advice);
    }
  }
}
