import { JetStreamConnection, type JetStreamOptions, Provisioner } from '#jetstream';
import type { Topology } from '#topology';

/**
 * Creates what is missing on the broker and verifies what exists.
 * @throws SettingsDriftException when something exists with other settings; what comes before it in the topology is done
 */
export async function provision(
  options: JetStreamOptions,
  { streams, buckets, consumers }: Topology,
  report: (line: string) => void,
): Promise<void> {
  const connection = new JetStreamConnection(options);
  connection.onModuleInit();
  try {
    await connection.connected();
    const provisioner = new Provisioner(connection);
    for (const stream of streams) {
      await provisioner.ensureStream(stream);
      report(`Stream ${stream.name} is as wanted`);
    }
    for (const bucket of buckets) {
      await provisioner.ensureBucket(bucket);
      report(`Bucket ${bucket.name} is as wanted`);
    }
    for (const { stream, definition } of consumers) {
      // How many messages may be under way is ours to change, and changes nothing of what is promised.
      await provisioner.ensureConsumer(stream, definition, ['max_ack_pending']);
      report(`Consumer ${definition.durable_name} of ${stream} is as wanted`);
    }
  } finally {
    await connection.onApplicationShutdown();
  }
}
