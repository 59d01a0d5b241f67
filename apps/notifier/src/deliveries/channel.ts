import type { Notice } from '../notices/notice.js';

export type ChannelName = 'email' | 'webhook';

/** One notice for one recipient. */
export interface Delivery {
  /** `<request_id>.<rule>.<hash of the recipient>`: stays the same over all tries, so that a receiver knows a second one. */
  readonly id: string;
  /** An e-mail address, or the URL of a webhook. */
  readonly address: string;
  readonly notice: Notice;
}

/**
 * What became of a try. `refused`: another one can't help. `busy`: the other side took no message this time. `away`: there
 * is nobody to talk to, or nobody who would talk with us, which has nothing to do with this message.
 */
export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused' | 'busy' | 'away'; readonly reason: string };

/** A way to tell somebody something. */
export interface Channel {
  /** Never rejects. */
  deliver(delivery: Delivery): Promise<DeliveryOutcome>;
}
