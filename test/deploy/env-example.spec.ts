import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiConfiguration } from '../../apps/api/src/api-configuration.js';
import { DoctorConfiguration } from '../../apps/cli/src/doctor/doctor-configuration.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { IngestConfiguration } from '../../apps/ingest/src/ingest-configuration.js';
import { NotifierConfiguration } from '../../apps/notifier/src/notifier-configuration.js';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';
import { StandaloneConfiguration } from '../../apps/standalone/src/standalone-configuration.js';
import { TopResultsConfiguration } from '../../libs/agents/src/catalogue/top-results/top-results-configuration.js';
import { ExternalRequestsConfiguration } from '../../libs/agents/src/external-requests/external-requests-configuration.js';
import { type Variable, variablesOf } from '../../libs/configuration/src/variables/variable.js';
import { composeVariables } from './compose-file.js';

const CONFIGURATIONS = [
  SetupConfiguration,
  SchedulerConfiguration,
  ExecutorConfiguration,
  ExternalRequestsConfiguration,
  TopResultsConfiguration,
  IngestConfiguration,
  ApiConfiguration,
  NotifierConfiguration,
  StandaloneConfiguration,
  DoctorConfiguration,
];
const DECLARATION = /@(?:Text|Integer|Boolean|Url)Variable\('([A-Z0-9_]+)'/g;
const LINE = /^(# )?([A-Z][A-Z0-9_]*)=(.*)$/;
/** What a value is an example for, where there is no default: addresses of servers. */
const EXAMPLES = new Set(['DATABASE_URL', 'NATS_URL']);

interface Example {
  readonly name: string;
  readonly value: string;
  readonly isCommented: boolean;
}

interface Default {
  readonly name: string;
  /** Whether the text of an example stands for it. */
  readonly isSaidBy: (text: string) => boolean;
}

describe('.env.example', () => {
  const examples = readFileSync('.env.example', 'utf8')
    .split('\n')
    .flatMap((line): Example[] => {
      const [, comment, name, value = ''] = LINE.exec(line) ?? [];
      return name === undefined ? [] : [{ name, value, isCommented: comment !== undefined }];
    });

  it('lists what the services and docker-compose.yml know, once each', () => {
    const known = new Set([...declaredInSources(), ...composeVariables().map(({ name }) => name)]);

    expect(examples.map(({ name }) => name).toSorted()).toEqual([...known].toSorted());
  });

  it('asks for what the deployment can not do without, and leaves it empty', () => {
    const required = composeVariables().filter(({ isRequired }) => isRequired);
    const asked = examples.filter(({ isCommented }) => !isCommented);

    expect(asked.map(({ name }) => name).toSorted()).toEqual(
      [...new Set(required.map(({ name }) => name))].toSorted(),
    );
    expect(asked.filter(({ value }) => value !== '')).toEqual([]);
  });

  it('shows the defaults that hold', () => {
    const defaults = [...defaultsOfServices(), ...defaultsOfCompose()];
    const wrong = examples
      .filter(({ name, isCommented }) => isCommented && !EXAMPLES.has(name))
      .filter(({ name, value }) => !defaults.some((each) => each.name === name && each.isSaidBy(value)));

    expect(wrong).toEqual([]);
  });
});

describe('the configurations', () => {
  it('are all known to these specs', () => {
    const known = new Set(
      CONFIGURATIONS.flatMap((configuration) => variablesOf(new configuration())).map(({ name }) => name),
    );

    expect(declaredInSources().filter((name) => !known.has(name))).toEqual([]);
  });
});

function declaredInSources(): string[] {
  const files = globSync('{apps,libs}/*/src/**/*-configuration.ts');
  const names = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(DECLARATION)].map(([, name = '']) => name),
  );
  return [...new Set(names)];
}

function defaultsOfServices(): Default[] {
  return CONFIGURATIONS.flatMap((configuration) => {
    const instance = new configuration();
    return variablesOf(instance).map((variable) => ({
      name: variable.name,
      isSaidBy: (text) => says(variable, text, Reflect.get(instance, variable.property)),
    }));
  });
}

function says({ convert }: Variable, text: string, value: unknown): boolean {
  return value === undefined ? text === '' : convert(text) === value || resolve(text) === value;
}

function defaultsOfCompose(): Default[] {
  return composeVariables()
    .filter(({ isRequired }) => !isRequired)
    .map(({ name, fallback }) => ({ name, isSaidBy: (text) => text === fallback }));
}
