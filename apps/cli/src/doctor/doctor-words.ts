import { Command } from 'commander';
import { endCommand } from '../end-command.js';
import { Output } from '../terminal/output.js';

const HELP = `
Looks at NATS, Postgres and the services, and changes nothing. What can not be looked at is named, with the reason.

Examples:
  npx agent-platform doctor
  npx agent-platform doctor --json | jq '.findings[] | select(.standing != "ok")'
  docker compose run --rm -e API_URL=http://api:8080 -e API_TOKEN -e NATS_MONITORING_URL=http://nats:8222 \\
    setup node dist/apps/cli/src/main.js doctor

Where the platform is: NATS_URL (NATS_USER, NATS_PASSWORD: operator or setup), DATABASE_URL (any login), API_URL (API_TOKEN
with the scope read), NATS_MONITORING_URL; without any address the .data/connection.env of a running npm start. Sizes of
streams are held against RUN_REQUESTS_MAX_BYTES and its like, as the setup does.
Exit code: 0 no problem, 1 a problem, 2 wrong usage, 78 wrong configuration. Warnings are no problems.`;

/** `doctor` */
export function doctorWords(): Command {
  return new Command('doctor')
    .description('check the platform and its servers, and say what to do')
    .option('--json', 'print what was found as one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      await endCommand(async () => await tell(json));
    });
}

/** Loads what it needs only now: the clients of both servers. */
async function tell(json: boolean): Promise<boolean> {
  const [{ DoctorConfiguration }, { examine }, { findingLines }] = await Promise.all([
    import('./doctor-configuration.js'),
    import('./doctor.js'),
    import('./finding-lines.js'),
  ]);
  const output = new Output(process.stdout, process.stderr);
  const findings = await examine(DoctorConfiguration.from(process.env));
  const ok = findings.every(({ standing }) => standing !== 'problem');
  if (json) {
    output.json({ ok, findings });
  } else {
    output.lines(findingLines(findings));
  }
  return ok;
}
