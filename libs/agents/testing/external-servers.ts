import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { AddressPolicy } from '../src/external-requests/address-policy.js';
import { ExternalRequests } from '../src/external-requests/external-requests.js';
import { ExternalRequestsConfiguration } from '../src/external-requests/external-requests-configuration.js';
import { HostResolver } from '../src/external-requests/host-resolver.js';
import { RequestGuard } from '../src/external-requests/request-guard.js';

/** Stands for a public address: a real server of the spec listens there. Everything else of 127/8 stays forbidden. */
export const PUBLIC_ADDRESS = '127.0.0.2';
export const OTHER_PUBLIC_ADDRESS = '127.0.0.3';

class PolicyOfSpecs extends AddressPolicy {
  override refusal(address: string): string | undefined {
    return [PUBLIC_ADDRESS, OTHER_PUBLIC_ADDRESS].includes(address) ? undefined : super.refusal(address);
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Answers what the spec says, and counts how often it is asked. */
class ResolverOfSpecs extends HostResolver {
  readonly asked: string[] = [];
  private readonly answers = new Map<string, string[][]>();

  /** @param answers one list of addresses for each time it's asked; the last one holds from then on */
  set(hostname: string, ...answers: string[][]): void {
    this.answers.set(hostname, answers);
  }

  override async resolve(hostname: string): Promise<readonly LookupAddress[]> {
    this.asked.push(hostname);
    const answers = this.answers.get(hostname) ?? [[]];
    const [answer = []] = answers.length > 1 ? answers.splice(0, 1) : answers;
    return answer.map((address) => ({ address, family: isIP(address) }));
  }
}

/** Real servers of the spec in the part of the internet, and `requests` that may reach them. */
export class ExternalServers implements AsyncDisposable {
  readonly resolver = new ResolverOfSpecs();
  readonly requests: ExternalRequests;
  private readonly configuration = new ExternalRequestsConfiguration();
  private readonly closers: (() => Promise<unknown>)[] = [];

  constructor() {
    this.configuration.isAllowed = true;
    this.requests = new ExternalRequests(
      new RequestGuard(this.configuration, this.resolver, new PolicyOfSpecs()),
    );
  }

  /** @returns the port, which requests may use from now on */
  async listen(listener: Listener, address = PUBLIC_ADDRESS, port = 0): Promise<number> {
    const server = createServer((request, response) => void listener(request, response));
    server.listen(port, address);
    await once(server, 'listening');
    this.closers.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const { port: chosen } = server.address() as AddressInfo;
    this.allowPort(chosen);
    return chosen;
  }

  allowPort(port: number): void {
    this.configuration.ports += `,${port}`;
  }

  allowHosts(hosts: string): void {
    this.configuration.hosts = hosts;
  }

  forbid(): void {
    this.configuration.isAllowed = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.closers.map((close) => close()));
  }
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}
