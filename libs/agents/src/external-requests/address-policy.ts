import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';

/** All of IPv6 that has been given out for public use; whatever lies outside is private, special or not yet given. */
const PUBLIC_IPV6 = ipaddr.parseCIDR('2000::/3');
/** Answers with secrets of the machine on Azure, although the address itself is public. */
const AZURE_METADATA = '168.63.129.16';

/** Says which addresses are the public internet's. */
@Injectable()
export class AddressPolicy {
  /**
   * @param address IPv4 or IPv6, as a resolver or a URL gives it
   * @returns what the address is, when it isn't public and must not be contacted
   */
  refusal(address: string): string | undefined {
    if (!ipaddr.isValid(address)) {
      return 'no address';
    }
    if (address === AZURE_METADATA) {
      return 'a metadata service';
    }
    const parsed = ipaddr.parse(address);
    const range = parsed.range();
    if (range !== 'unicast') {
      return `${range}, not public`;
    }
    return parsed.kind() === 'ipv4' || parsed.match(PUBLIC_IPV6) ? undefined : 'not public';
  }
}
