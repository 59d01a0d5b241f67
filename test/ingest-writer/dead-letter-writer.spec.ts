import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../apps/ingest/src/writer/dead-letter-writer.js';
import { WriterFixture } from './writer-fixture.js';

let fixture: WriterFixture;

beforeAll(async () => {
  fixture = await WriterFixture.start();
});

afterAll(() => fixture?.stop());

function letter(sequence: number, changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    stage: 'events',
    reason: 'type must be one of started, failed',
    stream: 'RUN_EVENTS',
    sequence,
    storedAt: new Date('2026-11-22T03:00:00.000Z'),
    subject: 'runs.events.run-1',
    headers: { 'Nats-Msg-Id': ['run-1'] },
    payload: new TextEncoder().encode('{"type":"?"}'),
    deadAt: new Date('2026-11-22T04:00:00.000Z'),
    ...changes,
  };
}

describe('DeadLetterWriter', () => {
  it('keeps a message once, however often it comes', async () => {
    await fixture.deadLetters.write([letter(2), letter(1), letter(1)]);
    await Promise.all([
      fixture.deadLetters.write([letter(1, { reason: 'another' }), letter(3)]),
      fixture.deadLetters.write([letter(3), letter(2)]),
      fixture.deadLetters.write([]),
    ]);
    const rows = await fixture.query('SELECT * FROM dead_letters ORDER BY sequence');
    expect(rows.map(({ sequence }) => sequence)).toEqual(['1', '2', '3']);
    expect(rows[0]).toMatchObject({
      stored_at: new Date('2026-11-22T03:00:00.000Z'),
      stage: 'events',
      reason: 'type must be one of started, failed',
      stream: 'RUN_EVENTS',
      subject: 'runs.events.run-1',
      headers: { 'Nats-Msg-Id': ['run-1'] },
      payload: Buffer.from('{"type":"?"}'),
      dead_at: new Date('2026-11-22T04:00:00.000Z'),
    });
  });

  it('tells messages apart that had the same place in a stream that was made anew', async () => {
    const later = new Date('2026-11-23T03:00:00.000Z');
    await fixture.deadLetters.write([letter(20), letter(20, { storedAt: later })]);
    expect(await fixture.query('SELECT 1 FROM dead_letters WHERE sequence = 20')).toHaveLength(2);
  });

  it('keeps any bytes, and text that Postgres could not store', async () => {
    const payload = Uint8Array.from({ length: 256 }, (_, index) => index);
    await fixture.deadLetters.write([
      letter(10, { payload, reason: 'a\0b', headers: { 'X\0': ['"\uD800', '{,}'] } }),
      letter(11, { payload: new Uint8Array(), headers: {} }),
    ]);
    const rows = await fixture.query(
      'SELECT * FROM dead_letters WHERE sequence IN (10, 11) ORDER BY sequence',
    );
    expect(rows).toMatchObject([
      { payload: Buffer.from(payload), reason: 'a\uFFFDb', headers: { 'X\uFFFD': ['"\uFFFD', '{,}'] } },
      { payload: Buffer.alloc(0), headers: {} },
    ]);
  });
});
