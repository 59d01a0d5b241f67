import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/** Finds the addresses of a host, as the machine itself would. */
@Injectable()
export class HostResolver {
  /**
   * @returns every address, of IPv4 and IPv6
   * @throws Error with a code such as ENOTFOUND
   */
  resolve(hostname: string): Promise<readonly LookupAddress[]> {
    return lookup(hostname, { all: true, verbatim: true });
  }
}
