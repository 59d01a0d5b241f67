import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { parseMail, type ReceivedMail } from './received-mail.js';

/** An SMTP server that keeps what it takes. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** Answer to a recipient that is not taken, by address; called again for each try. */
  readonly refusals = new Map<string, () => number | undefined>();
  private server: SMTPServer | undefined;
  private listensOn = 0;

  static async start(): Promise<MailServer> {
    const server = new MailServer();
    await server.listen();
    return server;
  }

  get port(): number {
    return this.listensOn;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.listensOn}`;
  }

  to(address: string): ReceivedMail[] {
    return this.mails.filter((mail) => mail.to === address);
  }

  /** On the port that it had before, if it had one. */
  async listen(): Promise<void> {
    this.server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      closeTimeout: 100,
      onRcptTo: ({ address }, _session, callback) => callback(this.refusalOf(address)),
      onData: (stream, session, callback) => void this.take(stream, session, callback),
    });
    this.server.on('error', () => undefined); // clients are killed
    const listener = this.server.listen(this.listensOn, '127.0.0.1');
    await once(listener, 'listening');
    this.listensOn = (listener.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(resolve)));
  }

  private async take(
    stream: Readable,
    session: SMTPServerSession,
    callback: (error?: Error | null) => void,
  ): Promise<void> {
    try {
      this.mails.push(parseMail(await text(stream), recipientOf(session)));
      callback();
    } catch (error) {
      callback(error as Error);
    }
  }

  private refusalOf(address: string): Error | null {
    const responseCode = this.refusals.get(address)?.();
    return responseCode === undefined
      ? null
      : Object.assign(new Error(`No mail for ${address}`), { responseCode });
  }
}

function recipientOf({ envelope }: SMTPServerSession): string {
  return envelope.rcptTo.map(({ address }) => address).join(',');
}
