import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, type Environment } from '#configuration';

const VARIABLES = new Set(['NATS_URL', 'NATS_USER', 'NATS_PASSWORD']);

/**
 * The environment as it is when it says where NATS is; otherwise with what a running `npm start` says of itself in
 * `.data/connection.env`.
 * @throws ConfigurationError when neither says it
 */
export function platformEnvironment(environment: Environment): Environment {
  if ((environment['NATS_URL'] ?? environment['NATS_URL_FILE'] ?? '') !== '') {
    return environment;
  }
  const file = join(environment['DATA_DIR'] || '.data', 'connection.env');
  return { ...environment, ...addressesIn(file) };
}

function addressesIn(file: string): Environment {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError([
      `NATS_URL is missing: set it, or have \`npm start\` run here, which writes ${file}`,
    ]);
  }
  const lines = text.split('\n').map((line) => line.split('='));
  return Object.fromEntries(
    lines
      .filter(([name = '']) => VARIABLES.has(name))
      .map(([name = '', ...value]) => [name, value.join('=')]),
  );
}
