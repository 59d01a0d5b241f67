import { AGENTS_BUCKET, RUN_REQUESTS } from '#contracts';
import type { JetStreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Findings } from '../finding.js';

/** `executor-<agent>`, perhaps with a lane; a name of an agent has no hyphen. */
const NAME = /^executor-([a-z0-9_]+)(-.*)?$/;

/** Holds the consumers that executors have made against the catalogue: one that nobody reads keeps requests for ever. */
export async function checkAgentConsumers(
  connection: NatsConnection,
  manager: JetStreamManager,
  findings: Findings,
): Promise<void> {
  const bucket = await new Kvm(connection).open(AGENTS_BUCKET);
  const agents = new Set<string>();
  for await (const agent of await bucket.keys()) {
    agents.add(agent);
  }
  const served = new Set<string>();
  const orphans: string[] = [];
  for await (const { name } of manager.consumers.list(RUN_REQUESTS)) {
    const agent = NAME.exec(name)?.[1];
    if (agent !== undefined) {
      served.add(agent);
      orphans.push(...(agents.has(agent) ? [] : [name]));
    }
  }
  const without = [...agents].filter((agent) => !served.has(agent));
  if (orphans.length > 0) {
    const message = `Of agents that no executor serves: ${orphans.join(', ')}; what they have not read is never trimmed`;
    const advice = `If they are gone for good: \`nats consumer rm ${RUN_REQUESTS} ${orphans[0]}\``;
    findings.warning('consumers', message, advice);
  }
  if (without.length > 0) {
    const advice = 'Start an executor with these agents: it makes the consumer';
    findings.warning('consumers', `Agents without a consumer: ${without.join(', ')}`, advice);
  }
  if (orphans.length + without.length === 0) {
    findings.ok('consumers', `Each of ${agents.size} agents has its consumer`);
  }
}
