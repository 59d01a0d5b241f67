import type { BenchServers } from '../support/bench-servers.js';

/**
 * The variables of a service of the product. What the bench itself was given for it goes on to it, so that settings
 * can be tried.
 * @param prefix of the variables that are the service's own
 */
export function serviceEnvironment(prefix: string, servers: BenchServers): Record<string, string> {
  const given = Object.entries(process.env).flatMap(([name, value = '']) =>
    name.startsWith(prefix) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(given),
    NATS_URL: servers.natsUrl,
    MANAGEMENT_PORT: '0',
    LOG_LEVEL: 'warn',
  };
}
