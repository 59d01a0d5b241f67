import 'reflect-metadata';
import { runMigrations } from '#database';
import type { JetStreamOptions } from '#jetstream';
import { topology } from '#topology';
import { ensureLogins, type Login } from './logins/ensure-logins.js';
import { provision } from './provision.js';
import { isNatsNotUpYet, probeNats } from './servers/probe-nats.js';
import { isPostgresNotUpYet, probePostgres } from './servers/probe-postgres.js';
import { waitUntilUp } from './servers/wait-until-up.js';
import type { SetupConfiguration } from './setup-configuration.js';

/** Takes what was done, a line each. */
export type Report = (line: string) => void;

/**
 * Makes Postgres and NATS ready for the other services. Running it again, or twice at the same time, changes nothing.
 * @throws SettingsDriftException when the broker has something with other settings
 * @throws what `pg` or the NATS client throws when a server does not come up in time, or refuses
 */
export async function runSetup(configuration: SetupConfiguration, report: Report): Promise<void> {
  await prepareDatabase(configuration, report);
  await prepareBroker(configuration, report);
}

async function prepareDatabase(configuration: SetupConfiguration, report: Report): Promise<void> {
  const { databaseUrl, waitSeconds } = configuration;
  await waitUntilUp(() => probePostgres(databaseUrl), {
    name: 'Postgres',
    waitMs: waitSeconds * 1_000,
    isNotUpYet: isPostgresNotUpYet,
    report,
  });
  const done = await runMigrations(databaseUrl);
  done.forEach((name) => report(`Migration ${name} was run`));
  report('The database has the newest schema');
  const logins = loginsOf(configuration);
  if (logins.length > 0) {
    await ensureLogins(databaseUrl, logins);
    logins.forEach(({ name, memberOf }) =>
      report(`Login ${name} has its password and the rights of ${memberOf}`),
    );
  }
}

async function prepareBroker(configuration: SetupConfiguration, report: Report): Promise<void> {
  const { natsUrl, natsUser, natsPassword, waitSeconds } = configuration;
  const options: JetStreamOptions = {
    servers: natsUrl,
    name: 'setup',
    user: natsUser,
    password: natsPassword,
  };
  await waitUntilUp(() => probeNats(options), {
    name: 'NATS',
    waitMs: waitSeconds * 1_000,
    isNotUpYet: isNatsNotUpYet,
    report,
  });
  await provision(options, topology(configuration), report);
}

function loginsOf({ ingestDbPassword, apiDbPassword, webappDbPassword }: SetupConfiguration): Login[] {
  const logins = [
    { name: 'ingest_service', memberOf: 'agent_platform_ingest', password: ingestDbPassword },
    { name: 'api_service', memberOf: 'agent_platform_api', password: apiDbPassword },
    { name: 'webapp', memberOf: 'webapp_readonly', password: webappDbPassword },
  ];
  return logins.filter((login): login is Login => login.password !== undefined);
}
