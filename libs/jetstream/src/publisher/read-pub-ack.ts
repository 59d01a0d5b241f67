import type { Msg } from '@nats-io/transport-node';
import { BrokerUnavailableException } from '../exceptions/broker-unavailable.exception.js';
import { PublishRefusedException } from '../exceptions/publish-refused.exception.js';
import { StreamFullException } from '../exceptions/stream-full.exception.js';
import { WrongLastSequenceException } from '../exceptions/wrong-last-sequence.exception.js';
import type { PubAck } from './pub-ack.js';

/** Error codes of the JetStream API, as nats-server's `server/errors.json` lists them. */
const WRONG_LAST_SEQUENCE = 10071;
const STREAM_STORE_FAILED = 10077;
const STORAGE_RESOURCES_EXCEEDED = 10047;
const INSUFFICIENT_RESOURCES = 10023;
const NO_RESPONDERS = 503;

interface ApiAnswer {
  readonly stream?: string;
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly code: number; readonly err_code?: number; readonly description?: string };
}

/** Turns the broker's answer to a publish into an acknowledgement, or into the error that says what to do. */
export function readPubAck(message: Msg, subject: string, expected: number): PubAck | Error {
  if (message.headers?.code === NO_RESPONDERS) {
    return new BrokerUnavailableException(`No stream takes messages on ${subject}`);
  }
  const answer = parse(message);
  if (answer === undefined) {
    return new BrokerUnavailableException(`The answer to a publish on ${subject} is not understood`);
  }
  if (answer.error !== undefined) {
    return errorOf(answer.error, subject, expected);
  }
  return { stream: answer.stream ?? '', seq: answer.seq ?? 0, duplicate: answer.duplicate === true };
}

/** Never throws: an error in a subscription's callback would end the client's reading for good. */
function parse(message: Msg): ApiAnswer | undefined {
  try {
    return message.json<ApiAnswer | null>() ?? undefined;
  } catch {
    return undefined;
  }
}

function errorOf(
  { code, err_code, description = '' }: NonNullable<ApiAnswer['error']>,
  subject: string,
  expected: number,
): Error {
  switch (err_code) {
    case WRONG_LAST_SEQUENCE:
      return new WrongLastSequenceException(subject, expected);
    case STREAM_STORE_FAILED:
    case STORAGE_RESOURCES_EXCEEDED:
    case INSUFFICIENT_RESOURCES:
      return new StreamFullException(subject);
    default:
      return code === NO_RESPONDERS
        ? new BrokerUnavailableException(`JetStream is not available for ${subject}: ${description}`)
        : new PublishRefusedException(subject, description);
  }
}
