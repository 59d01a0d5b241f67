import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, type Environment } from '#configuration';

/**
 * The environment as it is when it says where the platform is; otherwise with what a running `npm start` says of itself
 * in `.data/connection.env`.
 * @param address the variable that says where the platform is
 * @param others variables that are read from the file together with it
 * @throws ConfigurationError when neither says it
 */
export function platformEnvironment(
  environment: Environment,
  address: string,
  others: readonly string[] = [],
): Environment {
  if ((environment[address] ?? environment[`${address}_FILE`] ?? '') !== '') {
    return environment;
  }
  const file = join(environment['DATA_DIR'] || '.data', 'connection.env');
  const found = valuesIn(file, new Set([address, ...others]));
  if (found[address] === undefined) {
    throw new ConfigurationError([
      `${address} is missing: set it, or have \`npm start\` run here, which writes ${file}`,
    ]);
  }
  return { ...environment, ...found };
}

function valuesIn(file: string, names: ReadonlySet<string>): Environment {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const lines = text.split('\n').map((line) => line.split('='));
  return Object.fromEntries(
    lines.filter(([name = '']) => names.has(name)).map(([name = '', ...value]) => [name, value.join('=')]),
  );
}
