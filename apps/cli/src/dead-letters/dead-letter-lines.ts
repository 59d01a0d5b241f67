import { printableLines } from '../terminal/printable.js';
import { shortened } from '../terminal/shortened.js';
import { table } from '../terminal/table.js';
import type { DeadLetter, DeadLetterDetail } from './dead-letter-answers.js';

const LONGEST_REASON = 100;

/** A line per letter. */
export function deadLetterLines(letters: readonly DeadLetter[]): string[] {
  const rows = letters.map(({ id, stage, dead_at, subject, reason }) => [
    String(id),
    stage,
    dead_at,
    subject,
    shortened(reason, LONGEST_REASON),
  ]);
  return table([['LETTER', 'STAGE', 'REFUSED', 'SUBJECT', 'REASON'], ...rows]);
}

/** Everything about one letter. */
export function deadLetterDetailLines(letter: DeadLetterDetail): string[] {
  const headers = Object.entries(letter.headers).flatMap(([name, values]) =>
    values.map((value) => [`  ${name}`, value]),
  );
  return [
    ...table([
      ['LETTER', String(letter.id)],
      ['STAGE', letter.stage],
      ['REASON', letter.reason],
      ['SUBJECT', letter.subject],
      ['STREAM', `${letter.stream} ${letter.sequence}`],
      ['MESSAGE ID', letter.message_id ?? '-'],
      ['STORED', letter.stored_at],
      ['REFUSED', letter.dead_at],
    ]),
    ...(headers.length === 0
      ? []
      : ['', 'HEADERS', ...headers.map(([name = '', value = '']) => printableLines(`${name}: ${value}`))]),
    '',
    `PAYLOAD (${letter.payload_bytes} bytes)`,
    ...payloadLines(letter.payload_base64),
  ];
}

/** JSON is laid out; what is no text is shown as base64. */
function payloadLines(base64: string): string[] {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) {
    return [`base64: ${base64}`];
  }
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2).split('\n');
  } catch {
    return printableLines(text).split('\n');
  }
}
