import type { MsgHdrs } from '@nats-io/transport-node';

export interface PublishOptions {
  /** `Nats-Msg-Id`: the broker stores one message per id within the stream's dedupe window. */
  readonly messageId?: string;
  /** Store only if this is the sequence of the subject's last message; 0: only if it has none. */
  readonly expectedLastSubjectSequence?: number;
  readonly headers?: MsgHdrs;
}
