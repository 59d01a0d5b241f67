import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { AddressPolicy } from './address-policy.js';
import { ExternalRequestsConfiguration } from './external-requests-configuration.js';
import { HostResolver } from './host-resolver.js';
import { RequestRefusedError } from './request-refused-error.js';

/** A URL that may be requested, at these addresses and no others. */
export interface CheckedTarget {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Lets agents request public addresses only, whatever a URL, its notation or the name service says. */
@Injectable()
export class RequestGuard {
  constructor(
    private readonly configuration: ExternalRequestsConfiguration,
    private readonly resolver: HostResolver,
    private readonly policy: AddressPolicy,
  ) {}

  /**
   * Checks one URL and asks for its addresses once: connect to those, never to the name, which may mean another
   * address a moment later.
   * @throws RequestRefusedError when it must not be requested
   * @throws Error of the resolver when the host isn't known
   */
  async check(text: string, base?: URL): Promise<CheckedTarget> {
    if (!this.configuration.isAllowed) {
      throw new RequestRefusedError(
        'External requests are off: set ALLOW_EXTERNAL_REQUESTS=yes to allow them',
      );
    }
    const url = parse(text, base);
    this.refuseByUrl(url);
    const addresses = await this.addressesOf(withoutBrackets(url.hostname));
    for (const { address } of addresses) {
      const refusal = this.policy.refusal(address);
      if (refusal !== undefined) {
        throw new RequestRefusedError(
          `${url.hostname} must not be requested: its address ${address} is ${refusal}`,
        );
      }
    }
    if (addresses.length === 0) {
      throw new RequestRefusedError(`${url.hostname} has no address`);
    }
    return { url, addresses };
  }

  private refuseByUrl(url: URL): void {
    const defaultPort = DEFAULT_PORTS[url.protocol];
    if (defaultPort === undefined) {
      throw new RequestRefusedError(`Only http and https may be requested, not ${url.protocol}`);
    }
    if (url.username !== '' || url.password !== '') {
      throw new RequestRefusedError('A URL must not hold a user or password: give a header');
    }
    const port = url.port === '' ? defaultPort : url.port;
    if (!this.configuration.ports.split(',').includes(port)) {
      throw new RequestRefusedError(`Port ${port} must not be requested`);
    }
    if (!this.configuration.hosts.split(',').some((pattern) => matches(url.hostname, pattern))) {
      throw new RequestRefusedError(`${url.hostname} is not among the hosts that may be requested`);
    }
  }

  private async addressesOf(hostname: string): Promise<readonly LookupAddress[]> {
    const family = isIP(hostname);
    return family === 0 ? this.resolver.resolve(hostname) : [{ address: hostname, family }];
  }
}

/** The URL standard's parser turns every notation of an IPv4 address into the common one. */
function parse(text: string, base?: URL): URL {
  try {
    return new URL(text, base);
  } catch (error) {
    throw new RequestRefusedError('This is not a URL that can be requested', { cause: error });
  }
}

function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function matches(hostname: string, pattern: string): boolean {
  if (pattern === '*') {
    return true;
  }
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}
