import { describe, expect, it } from 'vitest';
import { packSubject } from '../streams/subjects.js';
import { readRunEvents } from './read-run-events.js';

const AT = '2026-02-19T10:00:00.000Z';

function succeeded(requestId: string): Record<string, unknown> {
  return {
    type: 'succeeded',
    agent: 'echo',
    request_id: requestId,
    attempt: 1,
    at: AT,
    origin: { trigger: 'message', requested_at: AT },
    executor: 'one',
    started_at: AT,
    finished_at: AT,
    metrics: { items: 1 },
  };
}

function message(subject: string, content: unknown): Parameters<typeof readRunEvents>[0] {
  return { subject, data: new TextEncoder().encode(JSON.stringify(content)) };
}

describe('readRunEvents', () => {
  it('reads one event on the subject of its run', () => {
    const { events, problems } = readRunEvents(message('runs.events.mine', succeeded('mine')));
    expect(events).toMatchObject([{ type: 'succeeded', request_id: 'mine', metrics: { items: 1 } }]);
    expect(problems).toEqual([]);
  });

  it('reads all events of a pack, in their order', () => {
    const pack = [succeeded('b'), succeeded('a')];
    const { events, problems } = readRunEvents(message(packSubject('one'), pack));
    expect(events.map(({ request_id }) => request_id)).toEqual(['b', 'a']);
    expect(problems).toEqual([]);
  });

  it('keeps the good events of a pack, and says what is wrong with the others', () => {
    const { executor: _without, ...nobodys } = succeeded('nobodys');
    const started = { ...succeeded('early'), type: 'started', charged: 0 };
    const pack = [succeeded('a'), nobodys, 7, started, succeeded('b')];
    const { events, problems } = readRunEvents(message(packSubject('one'), pack));
    expect(events.map(({ request_id }) => request_id)).toEqual(['a', 'b']);
    expect(problems).toEqual([
      'event 2 of 5: executor must be a string',
      'event 3 of 5: a packed event must be a JSON object',
      'event 4 of 5: type of a packed event must be a final one',
    ]);
  });

  it.each([
    ['runs.events.mine', succeeded('other'), "request_id must be the last token of the event's subject"],
    ['runs.events.mine', [succeeded('mine')], 'the message must be a JSON object'],
    ['runs.packs.one', succeeded('mine'), 'the message must be a JSON array'],
  ])('takes nothing else on %s', (subject, content, problem) => {
    expect(readRunEvents(message(subject, content))).toEqual({ events: [], problems: [problem] });
  });
});
