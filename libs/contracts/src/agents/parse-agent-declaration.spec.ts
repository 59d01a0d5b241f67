import { describe, expect, it } from 'vitest';
import { ContractViolation } from '../validation/contract-violation.js';
import { parseCatalogueEntry } from './catalogue-entry.js';
import { parseAgentDeclaration } from './parse-agent-declaration.js';

const SCHEDULE = { name: 'daily', cron: '0 4 * * *', timeZone: 'Europe/Madrid' };
const DECLARATION = {
  name: 'example',
  description: 'An example',
  concurrency: 1,
  attemptLimit: 3,
  timeLimitMs: 1_000,
  retryDelayMs: 1_000,
  schedules: [SCHEDULE],
};

function problemsOf(parse: () => unknown): string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof ContractViolation) {
      return error.violations.map(({ field, message }) => `${field} | ${message}`);
    }
    throw error;
  }
  return [];
}

function entry(fields: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ group: 'default', declaration: DECLARATION, ...fields }));
}

describe('parseAgentDeclaration', () => {
  it('takes a declaration with its schedules', () => {
    expect(parseAgentDeclaration(DECLARATION)).toMatchObject(DECLARATION);
  });

  it.each([
    [{ name: 'a.b' }, 'name | name must be 1 to 100 characters of a-z, 0-9 and _'],
    [{ description: 'd'.repeat(1_001) }, 'description | description must be at most 1000 characters'],
    [{ concurrency: 0 }, 'concurrency | concurrency must be at least 1'],
    [{ concurrency: 10_001 }, 'concurrency | concurrency must be at most 10000'],
    [{ attemptLimit: 1.5 }, 'attemptLimit | attemptLimit must be a whole number'],
    [{ attemptLimit: 101 }, 'attemptLimit | attemptLimit must be at most 100'],
    [{ timeLimitMs: 604_800_001 }, 'timeLimitMs | timeLimitMs must be at most 7 days'],
    [{ retryDelayMs: 600_001 }, 'retryDelayMs | retryDelayMs must be at most 10 minutes'],
    [{ schedules: Array.from({ length: 101 }, () => SCHEDULE) }, 'schedules | schedules must be at most 100'],
    [{ schedules: [SCHEDULE, SCHEDULE] }, 'schedules | schedules: the name daily is used twice'],
    [
      { schedules: [SCHEDULE, { ...SCHEDULE, name: 'A' }] },
      'schedules[1].name | schedules[1]: schedule name must be 1 to 50 characters of a-z, 0-9 and _',
    ],
    [
      { schedules: [{ ...SCHEDULE, timeZone: 'Mars/Olympus' }] },
      'schedules[0].timeZone | schedules[0]: timeZone must be an IANA time zone such as Europe/Madrid',
    ],
    [{ schedules: [{ ...SCHEDULE, cron: 5 }] }, 'schedules[0].cron | schedules[0]: cron must be a text'],
    [
      { schedules: [null] },
      'schedules[0].name | schedules[0]: schedule name must be 1 to 50 characters of a-z, 0-9 and _',
    ],
    [
      { schedules: [SCHEDULE, 5] },
      'schedules[1].name | schedules[1]: schedule name must be 1 to 50 characters of a-z, 0-9 and _',
    ],
    [
      { schedules: [{ ...SCHEDULE, input: [] }] },
      'schedules[0].input | schedules[0]: input of a schedule must be a JSON object',
    ],
    [{ retries: 3 }, 'retries | retries is not a known field'],
  ])('refuses %j', (fields, problem) => {
    expect(problemsOf(() => parseAgentDeclaration({ ...DECLARATION, ...fields }))).toContain(problem);
  });
});

describe('parseCatalogueEntry', () => {
  it('drops what a newer executor may have added', () => {
    const declaration = { ...DECLARATION, schedules: [{ ...SCHEDULE, jitterMs: 5 }], colour: 'red' };
    const parsed = parseCatalogueEntry(entry({ version: 2, declaration }));
    expect(parsed).toMatchObject({ group: 'default', declaration: DECLARATION });
    expect(parsed.declaration).not.toHaveProperty('colour');
    expect(parsed.declaration.schedules[0]).not.toHaveProperty('jitterMs');
  });

  it.each([{ group: 'A' }, { group: '' }, { declaration: null }, { declaration: [] }, { declaration: {} }])(
    'refuses %j',
    (fields) => {
      expect(problemsOf(() => parseCatalogueEntry(entry(fields)))).not.toEqual([]);
    },
  );
});
