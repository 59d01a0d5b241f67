import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import {
  type ChildMessage,
  MAX_CHILD_LINE_BYTES,
} from '../../libs/running/src/children/protocol/child-message.js';
import { LineReader } from '../../libs/running/src/children/protocol/line-reader.js';
import type { ParentMessage } from '../../libs/running/src/children/protocol/parent-message.js';
import { parseChildLine } from '../../libs/running/src/children/protocol/parse-child-line.js';

type MessageOf<T extends ChildMessage['type']> = Extract<ChildMessage, { type: T }>;

/** A Python worker, spoken to as an executor does. Every line of it must be a message that an executor takes. */
export class PythonChild {
  readonly messages: ChildMessage[] = [];
  /** Lines on standard output that an executor would not take. */
  readonly wrongLines: string[] = [];
  readonly exited: Promise<unknown>;
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private arrival = Promise.withResolvers<void>();
  private taken = 0;

  constructor(command: readonly string[]) {
    const [file = '', ...words] = command;
    this.child = spawn(file, words, {
      detached: true,
      env: { PATH: process.env['PATH'] },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.exited = once(this.child, 'exit');
    // Its lines end at newlines alone; node:readline would end them at U+2028 as well.
    const onLine = (line: string): void => this.read(line);
    void new LineReader(this.child.stdout, { maxBytes: MAX_CHILD_LINE_BYTES, onLine });
  }

  send(...messages: ParentMessage[]): void {
    this.child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  }

  /** The next message of this type, leaving out the others. */
  async next<T extends ChildMessage['type']>(type: T): Promise<MessageOf<T>> {
    for (;;) {
      while (this.taken < this.messages.length) {
        const message = this.messages[this.taken++]!;
        if (message.type === type) {
          return message as MessageOf<T>;
        }
      }
      await this.arrival.promise;
    }
  }

  /** Ends it by the end of its input. */
  async close(): Promise<void> {
    this.child.stdin.end();
    await this.exited;
  }

  private read(line: string): void {
    const parsed = parseChildLine(line);
    if (parsed.kind === 'message') {
      this.messages.push(parsed.message);
    } else {
      this.wrongLines.push(line);
    }
    this.arrival.resolve();
    this.arrival = Promise.withResolvers();
  }
}
