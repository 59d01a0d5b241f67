import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ChildMessage } from '../children/protocol/child-message.js';
import type { ParentMessage } from '../children/protocol/parent-message.js';
import { LineWriter } from './line-writer.js';
import type { ProtocolThreadData } from './protocol-thread-data.js';

/** What arrives from the executor; `end` is the end of the input. */
export type ExecutorMessage = Exclude<ParentMessage, { type: 'ping' }> | { readonly type: 'end' };

/** A child's connection with its executor, for the thread that agents run on. */
export class ExecutorLink {
  private readonly news = new Int32Array(new SharedArrayBuffer(4));
  private readonly port: MessagePort;
  private readonly writer: LineWriter;
  private seen = 0;
  private listener: (message: ExecutorMessage) => void = () => undefined;

  /** @param descriptor where lines for the executor are written */
  constructor(descriptor: number) {
    const { port1, port2 } = new MessageChannel();
    const lock = new Int32Array(new SharedArrayBuffer(4));
    const data: ProtocolThreadData = { port: port2, lock, news: this.news, descriptor };
    this.port = port1;
    this.writer = new LineWriter(descriptor, lock);
    const thread = new Worker(new URL('./protocol-thread.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
    });
    thread.once('error', (error) => {
      throw error; // without it this process hears nothing any more
    });
  }

  /** From now on messages arrive; those that came earlier arrive first. */
  listen(listener: (message: ExecutorMessage) => void): void {
    this.listener = listener;
    this.port.on('message', (message: ExecutorMessage) => listener(message));
  }

  send(message: ChildMessage): void {
    this.sendLine(JSON.stringify(message));
  }

  sendLine(line: string): void {
    this.writer.write(line);
  }

  /** Lets what has arrived be heard now: code that never gives the event loop a turn would not hear of it. */
  poll(): void {
    const news = Atomics.load(this.news, 0);
    if (news === this.seen) {
      return;
    }
    this.seen = news;
    let received = receiveMessageOnPort(this.port);
    while (received !== undefined) {
      this.listener(received.message as ExecutorMessage);
      received = receiveMessageOnPort(this.port);
    }
  }
}
