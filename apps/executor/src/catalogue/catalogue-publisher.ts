import { isDeepStrictEqual } from 'node:util';
import {
  type AgentDeclaration,
  AGENTS_BUCKET,
  CatalogueEntry,
  ContractViolation,
  parseCatalogueEntry,
} from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { type KV, Kvm } from '@nats-io/kv';
import { ExecutorIdentity } from '../identity/executor-identity.js';

/** Tells the platform which agents this executor's group serves, and when they want to run. */
@Injectable()
export class CataloguePublisher {
  private readonly logger = new Logger(CataloguePublisher.name);

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly identity: ExecutorIdentity,
  ) {}

  /** Writes what has changed, and removes what the group does not serve any more. Safe to repeat. */
  async publish(declarations: readonly AgentDeclaration[]): Promise<void> {
    const bucket = await new Kvm(this.connection.nats).open(AGENTS_BUCKET);
    for (const declaration of declarations) {
      await this.put(bucket, { group: this.identity.group, declaration });
    }
    await this.withdrawOthers(bucket, new Set(declarations.map(({ name }) => name)));
  }

  private async put(bucket: KV, entry: CatalogueEntry): Promise<void> {
    const { name } = entry.declaration;
    const found = await read(bucket, name);
    if (
      found === undefined ||
      !isDeepStrictEqual(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(entry)))
    ) {
      await bucket.put(name, JSON.stringify(entry));
      this.logger.log({ agent: name }, 'The catalogue has a new declaration');
    }
  }

  private async withdrawOthers(bucket: KV, served: ReadonlySet<string>): Promise<void> {
    for await (const name of await bucket.keys()) {
      const entry = served.has(name) ? undefined : await read(bucket, name);
      if (entry?.group === this.identity.group) {
        await bucket.delete(name);
        this.logger.warn({ agent: name, group: entry.group }, 'No longer served by this group, withdrawn');
      }
    }
  }
}

/** An entry that can't be read is as good as none. */
async function read(bucket: KV, name: string): Promise<CatalogueEntry | undefined> {
  const stored = await bucket.get(name);
  if (stored === null || stored.operation !== 'PUT') {
    return undefined;
  }
  try {
    return parseCatalogueEntry(stored.value);
  } catch (error) {
    if (error instanceof ContractViolation) {
      return undefined;
    }
    throw error;
  }
}
