/** Headers of a message on the dead-letter stream; its body is that of the message that was refused. */
export const DEAD_LETTER_HEADERS = {
  reason: 'Dead-Letter-Reason',
  stream: 'Dead-Letter-Stream',
  sequence: 'Dead-Letter-Sequence',
  subject: 'Dead-Letter-Subject',
} as const;
