import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Sent as it is when it's a text. */
  readonly body?: unknown;
}

/** A real HTTP server in the place of a provider of language models. */
export class ModelServer implements AsyncDisposable {
  readonly asked: Asked[] = [];

  private constructor(
    private readonly server: Server,
    private reply: (asked: Asked) => Reply | undefined,
  ) {}

  /** @param reply what it answers; nothing lets the client wait for ever */
  static async start(reply: (asked: Asked) => Reply | undefined): Promise<ModelServer> {
    const server = createServer();
    const models = new ModelServer(server, reply);
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const text = Buffer.concat(await request.toArray()).toString();
      const asked = { url: request.url, headers: request.headers, body: JSON.parse(text) as Asked['body'] };
      models.asked.push(asked);
      const reply = models.reply(asked);
      if (reply !== undefined) {
        const { status = 200, headers = {}, body = {} } = reply;
        response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
      }
    };
    server.on('request', (request, response) => void answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return models;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
