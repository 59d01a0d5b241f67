import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IsIn, IsOptional, Max, Min } from 'class-validator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration-error.js';
import { loadConfiguration } from './load-configuration.js';
import type { Environment } from './read-variable.js';
import { BooleanVariable } from './variables/boolean-variable.js';
import { IntegerVariable } from './variables/integer-variable.js';
import { TextVariable } from './variables/text-variable.js';
import { UrlVariable } from './variables/url-variable.js';

class BaseConfiguration {
  @TextVariable('LOG_LEVEL')
  @IsIn(['info', 'debug'])
  logLevel = 'info';
}

class ExampleConfiguration extends BaseConfiguration {
  @UrlVariable('NATS_URL', { protocols: ['nats', 'tls'] })
  natsUrl: string;

  @IntegerVariable('HTTP_PORT')
  @Min(0)
  @Max(65_535)
  httpPort = 8000;

  @BooleanVariable('PRETTY_LOGS')
  prettyLogs = false;

  @IsOptional()
  @TextVariable('API_TOKEN')
  apiToken?: string;
}

const VALID = { NATS_URL: 'nats://broker:4222' };

function problemsOf(environment: Environment): readonly string[] {
  try {
    loadConfiguration(ExampleConfiguration, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

describe('loadConfiguration', () => {
  it('takes defaults from the initialisers and leaves optional fields undefined', () => {
    const configuration = loadConfiguration(ExampleConfiguration, VALID);

    expect(configuration).toBeInstanceOf(ExampleConfiguration);
    expect(configuration).toMatchObject({
      natsUrl: 'nats://broker:4222',
      httpPort: 8000,
      prettyLogs: false,
      logLevel: 'info',
    });
    expect(configuration.apiToken).toBeUndefined();
  });

  it('converts texts to whole numbers and booleans, also for inherited fields', () => {
    const environment = {
      ...VALID,
      HTTP_PORT: '9000',
      PRETTY_LOGS: 'Yes',
      API_TOKEN: 'a',
      LOG_LEVEL: 'debug',
    };

    expect(loadConfiguration(ExampleConfiguration, environment)).toMatchObject({
      httpPort: 9000,
      prettyLogs: true,
      apiToken: 'a',
      logLevel: 'debug',
    });
  });

  it('takes the empty string as not set', () => {
    expect(loadConfiguration(ExampleConfiguration, { ...VALID, HTTP_PORT: '' }).httpPort).toBe(8000);
    expect(problemsOf({ NATS_URL: '' })).toEqual([
      'NATS_URL is missing: it must be a URL that starts with nats:// or tls://',
    ]);
  });

  it('lists every bad and missing variable by name and rule', () => {
    expect(problemsOf({ HTTP_PORT: '70000', PRETTY_LOGS: 'perhaps', LOG_LEVEL: 'loud' })).toEqual([
      'LOG_LEVEL must be one of the following values: info, debug',
      'NATS_URL is missing: it must be a URL that starts with nats:// or tls://',
      'HTTP_PORT must not be greater than 65535',
      'PRETTY_LOGS must be yes or no',
    ]);
  });

  it.each(['12a', '1.5', '1e3', ' ', '99999999999999999999'])('refuses %j as a whole number', (text) => {
    expect(problemsOf({ ...VALID, HTTP_PORT: text })).toEqual(['HTTP_PORT must be a whole number']);
  });

  it.each(['localhost:4222', 'http://broker', 'nats:broker', 'nats://a b'])(
    'refuses %j as a NATS URL',
    (text) => {
      expect(problemsOf({ NATS_URL: text })).toEqual([
        'NATS_URL must be a URL that starts with nats:// or tls://',
      ]);
    },
  );

  it('never names a value', () => {
    const secret = 'hunter2';
    const environment = { NATS_URL: secret, HTTP_PORT: secret, PRETTY_LOGS: secret, LOG_LEVEL: secret };

    const problems = problemsOf(environment);

    expect(problems).toHaveLength(4);
    expect(new ConfigurationError(problems).message).not.toContain(secret);
  });

  it('puts every problem into the message', () => {
    expect(() => loadConfiguration(ExampleConfiguration, { HTTP_PORT: 'x' })).toThrow(
      /not valid:\n {2}NATS_URL is missing.*\n {2}HTTP_PORT must be a whole number$/,
    );
  });
});

describe('a variable given as a file', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function file(content: string): string {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  }

  it('is the content of the file without its trailing newline', () => {
    const environment = { ...VALID, API_TOKEN_FILE: file('  token\n\n') };

    expect(loadConfiguration(ExampleConfiguration, environment).apiToken).toBe('  token\n');
  });

  it('may be a number', () => {
    const environment = { ...VALID, HTTP_PORT_FILE: file('9001\r\n') };

    expect(loadConfiguration(ExampleConfiguration, environment).httpPort).toBe(9001);
  });

  it('counts as not set when the file is empty', () => {
    expect(problemsOf({ NATS_URL_FILE: file('\n') })).toEqual([
      'NATS_URL is missing: it must be a URL that starts with nats:// or tls://',
    ]);
  });

  it('must not be set directly as well', () => {
    expect(problemsOf({ ...VALID, NATS_URL_FILE: file('nats://other') })).toEqual([
      'NATS_URL and NATS_URL_FILE are both set, only one may be',
    ]);
  });

  it('must be readable, and its path is not shown', () => {
    expect(problemsOf({ NATS_URL_FILE: join(folder, 'missing') })).toEqual([
      'NATS_URL_FILE names a file that cannot be read (ENOENT)',
    ]);
  });
});
