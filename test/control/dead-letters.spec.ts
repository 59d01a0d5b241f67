import {
  deadLetterSubject,
  eventSubject,
  type ListDeadLettersAnswer,
  type ListedDeadLetter,
  type RedriveDeadLettersAnswer,
  requestSubject,
  RunStarted,
} from '#contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { request } from '../faults/request-publisher.js';
import { EchoAgent } from '../processes/agents/echo.agent.js';
import { Platform } from '../support/platform.js';
import { eventsOf } from '../support/stored-events.js';
import { Commander } from './commander.js';
import { FragileAgent } from './fragile.agent.js';

@Module({ providers: [EchoAgent] })
class EarlyAgentsModule {}

@Module({ providers: [FragileAgent] })
class LateAgentsModule {}

let platform: Platform;
let commander: Commander;

beforeAll(async () => {
  platform = await Platform.start();
  commander = new Commander(platform);
  await Promise.all([platform.startIngest(), platform.startApi(), platform.startApi()]);
  await platform.startExecutor({ group: 'early' }, EarlyAgentsModule);
});

afterAll(async () => await platform.stop());

async function list(command: object = {}): Promise<ListDeadLettersAnswer> {
  return await commander.done('listDeadLetters', command);
}

async function letters(command: object, count: number): Promise<readonly ListedDeadLetter[]> {
  return await vi.waitFor(
    async () => {
      const { dead_letters } = await list({ limit: 100, ...command });
      expect(dead_letters).toHaveLength(count);
      return dead_letters;
    },
    { timeout: 5_000, interval: 50 },
  );
}

async function redrive(command: object): Promise<RedriveDeadLettersAnswer> {
  return await commander.done('redriveDeadLetters', command);
}

describe('dead letters', () => {
  it('are listed in pages, newest first, with reason, stream and sequence, by filter', async () => {
    const nats = await platform.nats();
    for (let number = 1; number <= 5; number += 1) {
      nats.publish(requestSubject('echo'), `garbage ${number}`);
    }
    await letters({ agent: 'echo' }, 5);
    await jetstream(nats).publish(eventSubject('some-run'), 'no event', { msgID: 'its-own-id' });
    const [event] = await letters({ stage: 'events' }, 1);
    expect(event).toEqual({
      id: expect.any(Number),
      stage: 'events',
      reason: 'the message must be valid JSON in UTF-8',
      stream: 'RUN_EVENTS',
      sequence: 1,
      subject: 'runs.events.some-run',
      message_id: 'its-own-id',
      stored_at: expect.any(String),
      dead_at: expect.any(String),
      payload_bytes: 8,
      payload_start: 'no event',
    });

    const seen: ListedDeadLetter[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: ListDeadLettersAnswer = await list({ limit: 2, agent: 'echo', ...(cursor && { cursor }) });
      seen.push(...page.dead_letters);
      cursor = page.next_cursor;
    }
    expect(
      seen
        .map(({ payload_start }) => payload_start)
        .toSorted()
        .toReversed(),
    ).toEqual([5, 4, 3, 2, 1].map((number) => `garbage ${number}`));
    expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).toSorted((one, other) => other - one));
    expect((await list({ reason_contains: 'VALID json' })).dead_letters).toHaveLength(6);
    expect((await list({ reason_contains: '%' })).dead_letters).toEqual([]);
  });

  it('that nobody can understand come back as new ones when they are re-driven', async () => {
    const before = await letters({ agent: 'echo' }, 5);
    const ids = before.map(({ id }) => id);
    expect(await redrive({ ids, dry_run: true })).toMatchObject({ matched: 5, redriven: [] });
    expect(await redrive({ filter: { agent: 'echo' }, dry_run: true })).toMatchObject({ matched: 5 });
    const sent = await redrive({ ids: [...ids, 999_999] });
    expect(sent).toMatchObject({
      matched: 5,
      skipped: [{ id: 999_999, reason: 'There is no such dead letter' }],
      next_cursor: null,
    });
    expect(sent.redriven.every(({ is_new }) => is_new)).toBe(true);

    const after = await letters({ agent: 'echo' }, 10);
    const fresh = after.filter(({ id }) => !ids.includes(id));
    expect(new Set(fresh.map(({ message_id }) => message_id))).toEqual(
      new Set(sent.redriven.map(({ message_id }) => message_id)),
    );
    const again = await redrive({ ids });
    expect(again.redriven.map(({ is_new }) => is_new)).toEqual([false, false, false, false, false]);
  });

  it('of an agent that is served later run once, however often they are re-driven', async () => {
    await request(platform, 'fragile', 'too-early', { input: { n: 1 } });
    const [letter] = await letters({ agent: 'fragile' }, 1);
    expect(letter).toMatchObject({
      reason: 'No executor serves an agent named fragile',
      message_id: 'too-early',
    });
    FragileAgent.isBroken = false;
    FragileAgent.begun.length = 0;
    await platform.startExecutor({ group: 'late' }, LateAgentsModule);

    const answers = await Promise.all([1, 2, 3].map(async () => await redrive({ ids: [letter!.id] })));
    const redriven = answers.flatMap((answer) => answer.redriven);
    expect(redriven.filter(({ is_new }) => is_new)).toHaveLength(1);
    const runId = redriven[0]!.message_id;
    await vi.waitFor(
      async () => {
        const rows = await platform.query('SELECT status, trigger FROM agent_runs WHERE request_id = $1', [
          runId,
        ]);
        expect(rows).toMatchObject([{ status: 'success' }]);
      },
      { timeout: 5_000, interval: 20 },
    );
    expect(await redrive({ filter: { agent: 'fragile' } })).toMatchObject({
      matched: 1,
      redriven: [{ id: letter!.id, message_id: runId, is_new: false }],
    });
    expect(FragileAgent.begun).toHaveLength(1);
    expect(
      await platform.query("SELECT status FROM agent_runs WHERE request_id = 'too-early'"),
    ).toMatchObject([{ status: 'failed' }]);
  });

  it('of events never get between a run and the executor that works on it', async () => {
    const nats = await platform.nats();
    const now = new Date().toISOString();
    const started = Object.assign(new RunStarted(), {
      agent: 'echo',
      request_id: 'goes-on',
      attempt: 1,
      at: now,
      origin: { trigger: 'message' as const, requested_at: now },
      executor: 'somebody-else',
      started_at: now,
      charged: 0,
    });
    const subject = eventSubject('goes-on');
    await jetstream(nats).publish(subject, 'not understood', { msgID: 'goes-on-1' });
    await jetstream(nats).publish(subject, JSON.stringify(started));
    const letter = (await letters({ stage: 'events' }, 2)).find((each) => each.subject === subject)!;
    expect(await redrive({ ids: [letter.id] })).toMatchObject({
      redriven: [],
      skipped: [{ id: letter.id, reason: 'Its run goes on; try again when that is over' }],
    });

    const other = (await letters({ stage: 'events' }, 2)).find((each) => each.subject !== subject)!;
    const { redriven } = await redrive({ ids: [other.id] });
    expect(redriven).toEqual([
      { id: other.id, message_id: expect.stringMatching(/^redrive-RUN_EVENTS-1-/), is_new: true },
    ]);
    expect(await redrive({ ids: [other.id] })).toMatchObject({ redriven: [{ is_new: false }] });
    const again = (await letters({ stage: 'events' }, 3)).find(({ id }) => id > letter.id);
    expect(again).toMatchObject({ subject: other.subject, message_id: redriven[0]!.message_id });
    await expect(eventsOf(nats, 'some-run')).rejects.toThrow('valid JSON');
  });

  it('that somebody made by hand are left where they are', async () => {
    const nats = await platform.nats();
    nats.publish(deadLetterSubject('requests'), 'by hand');
    const [letter] = await letters({ reason_contains: 'by hand' }, 1);
    expect(await redrive({ ids: [letter!.id] })).toMatchObject({
      skipped: [{ id: letter!.id, reason: 'Its subject names no agent' }],
    });
  });
});

describe('a command that makes no sense', () => {
  it.each([
    ['cancelRun', { request_id: 'a.b' }, 'request_id'],
    ['cancelRun', {}, 'request_id'],
    ['cancelRun', { request_id: 'ok', force: true }, 'force'],
    ['cancelRun', { request_id: 'ok', by: '' }, 'by'],
    ['pauseAgent', { agent: 'Bad Name' }, 'agent'],
    ['pauseAgent', { agent: 'echo', until: 'noon' }, 'until'],
    ['resumeAgent', { agent: '*' }, 'agent'],
    ['resumeAgent', { agent: 'echo', by: 'me' }, 'by'],
    ['resetBreaker', { agent: ['echo'] }, 'agent'],
    ['listDeadLetters', { limit: 101 }, 'limit'],
    ['listDeadLetters', { cursor: 'x' }, 'cursor'],
    ['listDeadLetters', { stage: 'nowhere' }, 'stage'],
    ['listDeadLetters', { order: 'asc' }, 'order'],
    ['redriveDeadLetters', {}, ''],
    ['redriveDeadLetters', { ids: [1], filter: {} }, ''],
    ['redriveDeadLetters', { ids: [0.5] }, 'ids'],
    ['redriveDeadLetters', { ids: [] }, 'ids'],
    ['redriveDeadLetters', { filter: { agents: 'echo' } }, 'filter.agents'],
    ['redriveDeadLetters', { filter: {}, dry_run: 'yes' }, 'dry_run'],
  ] as const)('%s %j is answered with the field that is wrong', async (name, command, field) => {
    const problem = await commander.refused(name, command);
    expect(problem).toMatchObject({ status: 400, title: 'Bad Request' });
    expect(problem.errors?.map((error) => error.field)).toContain(field);
  });

  it.each(['not json', '[]', '"text"', 'null'])('%s is answered', async (body) => {
    expect(await commander.refused('cancelRun', body)).toMatchObject({ status: 400 });
  });

  it.each(['pauseAgent', 'resumeAgent', 'resetBreaker'] as const)(
    '%s of an agent that nobody serves is answered with 404',
    async (name) => {
      expect(await commander.refused(name, { agent: 'nobody' })).toEqual({
        status: 404,
        title: 'Not Found',
        detail: 'The catalogue has no agent named nobody',
      });
    },
  );

  it('make a notification due again, once', async () => {
    const nats = await platform.nats();
    const subject = '$KV.NOTIFICATIONS.email.some-run.done.0123456789abcdef';
    const dead = {
      status: 'dead',
      channel: 'email',
      address: 'ana@example.com',
      tries: 5,
      reason: '550',
      notice: {},
    };
    const { seq } = await jetstream(nats).publish(subject, JSON.stringify(dead));
    const about = headers();
    about.set('Dead-Letter-Stream', 'KV_NOTIFICATIONS');
    about.set('Dead-Letter-Sequence', String(seq));
    about.set('Dead-Letter-Subject', subject);
    await jetstream(nats).publish(deadLetterSubject('notifications'), JSON.stringify(dead), {
      headers: about,
    });
    const [letter] = await letters({ stage: 'notifications' }, 1);
    const first = await redrive({ ids: [letter?.id] });
    expect(first.redriven).toEqual([expect.objectContaining({ is_new: true })]);
    const again = await redrive({ ids: [letter?.id] });
    expect(again.redriven).toEqual([expect.objectContaining({ is_new: false })]);
    const manager = await jetstreamManager(nats);
    const record = await manager.streams.getMessage('KV_NOTIFICATIONS', { last_by_subj: subject });
    expect(record?.json()).toEqual({
      status: 'due',
      channel: 'email',
      address: 'ana@example.com',
      tries: 0,
      notice: {},
    });
  });
});
