import { describe, expect, it } from 'vitest';
import { ContractViolation } from '../validation/contract-violation.js';
import { isFinal, parseRunEvent } from './parse-run-event.js';

const AT = '2026-02-19T10:00:00.000Z';
const COMMON = {
  agent: 'example',
  request_id: 'run-1',
  attempt: 1,
  at: AT,
  origin: { trigger: 'message', requested_at: AT },
};
const EVENTS = {
  started: { executor: 'e', started_at: AT, charged: 0 },
  progress: { executor: 'e', started_at: AT, charged: 0, percent: 50 },
  log: {
    executor: 'e',
    started_at: AT,
    charged: 0,
    first_line: 0,
    entries: [{ at: AT, level: 'info', message: 'm' }],
  },
  attempt_failed: { executor: 'e', finished_at: AT, reason: 'error', error: 'x', charged: 1 },
  succeeded: {
    executor: 'e',
    started_at: AT,
    finished_at: AT,
    metrics: { n: 1 },
    result: { any: ['thing'] },
  },
  failed: { finished_at: AT, reason: 'refused', error: 'x', metrics: {} },
  cancelled: { finished_at: AT, cancel_requested_at: AT, error: 'x', metrics: {} },
  reported: { started_at: AT, finished_at: AT, metrics: {}, error: null, report_hash: 'a'.repeat(64) },
};
const FINAL = new Set(['succeeded', 'failed', 'cancelled', 'reported']);

function parse(fields: object, subject = 'runs.events.run-1'): ReturnType<typeof parseRunEvent> {
  return parseRunEvent(subject, new TextEncoder().encode(JSON.stringify({ ...COMMON, ...fields })));
}

describe('parseRunEvent', () => {
  it.each(Object.entries(EVENTS))('reads %s', (type, fields) => {
    const event = parse({ type, ...fields });
    expect(event).toMatchObject({ ...COMMON, type, ...fields });
    expect(isFinal(event)).toBe(FINAL.has(type));
  });

  it('drops fields that a newer program may have added, also in the origin', () => {
    const event = parse({
      type: 'started',
      ...EVENTS.started,
      colour: 'red',
      origin: { ...COMMON.origin, mood: 'good' },
    });
    expect(event).not.toHaveProperty('colour');
    expect(event.origin).not.toHaveProperty('mood');
  });

  it.each([
    ['type', {}],
    ['type', { type: 'toString' }],
    ['type', { type: ['started'] }],
    ['agent', { type: 'failed', ...EVENTS.failed, agent: 'a.b' }],
    ['request_id', { type: 'failed', ...EVENTS.failed, request_id: 'run-2' }],
    ['request_id', { type: 'failed', ...EVENTS.failed, request_id: 'run 1' }],
    ['attempt', { type: 'failed', ...EVENTS.failed, attempt: 0 }],
    ['origin', { type: 'failed', ...EVENTS.failed, origin: null }],
    ['origin', { type: 'failed', ...EVENTS.failed, origin: [] }],
    ['trigger', { type: 'failed', ...EVENTS.failed, origin: { requested_at: AT, trigger: 'moon' } }],
    ['reason', { type: 'failed', ...EVENTS.failed, reason: 'bad luck' }],
    ['metrics', { type: 'succeeded', ...EVENTS.succeeded, metrics: { n: {} } }],
    ['finished_at', { type: 'succeeded', ...EVENTS.succeeded, finished_at: 'later' }],
    ['charged', { type: 'started', ...EVENTS.started, charged: -1 }],
    ['percent', { type: 'progress', ...EVENTS.progress, percent: 101 }],
    ['entries[0]', { type: 'log', ...EVENTS.log, entries: [null] }],
    ['entries[0]', { type: 'log', ...EVENTS.log, entries: [{ at: AT, level: 'loud', message: 'm' }] }],
    ['report_hash', { type: 'reported', ...EVENTS.reported, report_hash: 'a' }],
  ])('refuses a bad %s', (field, fields) => {
    expect(() => parse(fields)).toThrow(
      expect.objectContaining({
        name: 'ContractViolation',
        violations: expect.arrayContaining([expect.objectContaining({ field })]),
      }),
    );
  });

  it.each(['runs.events.run-2', 'runs.events.run 1', 'runs.events.'])('refuses the subject %j', (subject) => {
    expect(() => parse({ type: 'started', ...EVENTS.started }, subject)).toThrow(ContractViolation);
  });
});
