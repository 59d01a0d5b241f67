import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { pinoOptions } from './logger-params.js';

function logged(fields: object, message: string): Record<string, unknown> {
  const lines: string[] = [];
  const options = pinoOptions({ service: 'ingest', logLevel: 'info' });
  const logger = pino(options, { write: (line: string) => lines.push(line) });
  logger.debug(fields, message);
  logger.info(fields, message);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('pinoOptions', () => {
  it('writes one JSON object with ISO time, level by name and the service', () => {
    expect(logged({ runs: 3 }, 'Batch committed')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
      service: 'ingest',
      runs: 3,
      msg: 'Batch committed',
    });
  });

  it.each(['authorization', 'proxy-authorization', 'cookie', 'set-cookie'])(
    'redacts the header %s',
    (name) => {
      const headers = { [name]: 'Bearer secret', accept: 'text/html' };

      const lines = [{ headers }, { req: { headers } }, { response: { headers } }, headers].map((fields) =>
        JSON.stringify(logged(fields, 'Request refused')),
      );

      for (const line of lines) {
        expect(line).not.toContain('secret');
        expect(line).toContain('[redacted]');
        expect(line).toContain('text/html');
      }
    },
  );
});
