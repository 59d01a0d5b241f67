import type { Msg } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JetStreamMessage } from './jetstream-message.js';

const STORED_AT = '1700000000123456789';

function delivered(reply: string): { message: JetStreamMessage; words: string[] } {
  const words: string[] = [];
  const raw = { subject: 'runs.requests.a', reply, respond: (word: string) => words.push(word) };
  return { message: new JetStreamMessage(raw as unknown as Msg), words };
}

describe('JetStreamMessage', () => {
  it.each([
    ['9 tokens, before nats-server 2.15', `$JS.ACK.RUNS.worker.2.17.40.${STORED_AT}.5`],
    ['11 tokens, with domain and account', `$JS.ACK._.ACCHASH.RUNS.worker.2.17.40.${STORED_AT}.5`],
    [
      '12 tokens, with domain, account and token',
      `$JS.ACK.hub.ACCHASH.RUNS.worker.2.17.40.${STORED_AT}.5.rnd`,
    ],
  ])('reads an ack subject of %s', (_name, reply) => {
    const { message } = delivered(reply);
    expect(message).toMatchObject({ stream: 'RUNS', consumer: 'worker', deliveryCount: 2, sequence: 17 });
    expect(message.storedAtNanos).toBe(BigInt(STORED_AT));
    expect(message.storedAtMs).toBe(1_700_000_000_123);
  });

  it('is settled once', () => {
    const { message, words } = delivered(`$JS.ACK.RUNS.worker.1.1.1.${STORED_AT}.0`);
    message.working();
    message.ack();
    message.nak(5);
    message.term();
    message.working();
    expect(words).toEqual(['+WPI', '+ACK']);
  });

  it('naks with a delay in nanoseconds, never without one', () => {
    const { message, words } = delivered(`$JS.ACK.RUNS.worker.1.1.1.${STORED_AT}.0`);
    message.nak(250);
    expect(words).toEqual(['-NAK {"delay":250000000}']);
    const second = delivered(`$JS.ACK.RUNS.worker.1.1.1.${STORED_AT}.0`);
    second.message.nak(0);
    expect(second.words).toEqual(['-NAK {"delay":1000000}']);
  });

  it('terminates without a reason, which old servers do not understand', () => {
    const { message, words } = delivered(`$JS.ACK.RUNS.worker.1.1.1.${STORED_AT}.0`);
    message.term();
    expect(words).toEqual(['+TERM']);
  });

  it('stays unsettled when the connection is closed', () => {
    const raw = {
      subject: 'a',
      reply: `$JS.ACK.RUNS.worker.1.1.1.${STORED_AT}.0`,
      respond: () => {
        throw new Error('closed');
      },
    };
    const message = new JetStreamMessage(raw as unknown as Msg);
    Logger.overrideLogger(false);
    onTestFinished(() => Logger.overrideLogger(true));
    expect(() => message.ack()).not.toThrow();
    expect(() => message.working()).not.toThrow();
  });
});
