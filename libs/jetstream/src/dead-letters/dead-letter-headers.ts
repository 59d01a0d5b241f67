/** Headers of a message on the dead-letter stream; its body is that of the message that was refused. */
export const DEAD_LETTER_HEADERS = {
  reason: 'Dead-Letter-Reason',
  stream: 'Dead-Letter-Stream',
  sequence: 'Dead-Letter-Sequence',
  /** ISO 8601, when the broker stored the message: sequences begin again when a stream is made anew. */
  storedAt: 'Dead-Letter-Stored-At',
  subject: 'Dead-Letter-Subject',
  /** `Nats-Msg-Id` of the message, when it had one. */
  messageId: 'Dead-Letter-Message-Id',
  /** Bytes of a body that is too large for a dead letter; the letter's own body is empty then. */
  omittedBytes: 'Dead-Letter-Omitted-Bytes',
} as const;
