import type { Msg } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { BrokerUnavailableException } from '../exceptions/broker-unavailable.exception.js';
import { PublishRefusedException } from '../exceptions/publish-refused.exception.js';
import { StreamFullException } from '../exceptions/stream-full.exception.js';
import { WrongLastSequenceException } from '../exceptions/wrong-last-sequence.exception.js';
import { readPubAck } from './read-pub-ack.js';

function answer(body: string, code?: number): Msg {
  const headers = code === undefined ? undefined : { code };
  return { headers, json: () => JSON.parse(body) as unknown } as unknown as Msg;
}

function refusal(code: number, errCode: number): Msg {
  return answer(JSON.stringify({ error: { code, err_code: errCode, description: 'said so' } }));
}

describe('readPubAck', () => {
  it('reads where a message is stored', () => {
    expect(readPubAck(answer('{"stream":"S","seq":7}'), 'a', 0)).toEqual({
      stream: 'S',
      seq: 7,
      duplicate: false,
    });
    expect(readPubAck(answer('{"stream":"S","seq":7,"duplicate":true}'), 'a', 0)).toMatchObject({
      duplicate: true,
    });
  });

  it.each([
    ['a wrong last sequence', refusal(400, 10_071), WrongLastSequenceException],
    ['a full stream', refusal(503, 10_077), StreamFullException],
    ['no room in the account', refusal(500, 10_047), StreamFullException],
    ['no room on the disk', refusal(503, 10_023), StreamFullException],
    ['JetStream that is not ready', refusal(503, 10_008), BrokerUnavailableException],
    ['a message that is too large', refusal(400, 10_054), PublishRefusedException],
    ['no stream', answer('', 503), BrokerUnavailableException],
    ['an answer that is no JSON', answer('{'), BrokerUnavailableException],
    ['an answer that says nothing', answer('null'), BrokerUnavailableException],
  ])('tells %s', (_name, message, kind) => {
    const outcome = readPubAck(message, 'runs.events.1', 3);
    expect(outcome).toBeInstanceOf(kind);
    expect((outcome as Error).message).toContain('runs.events.1');
  });
});
