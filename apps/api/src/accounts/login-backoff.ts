import { createHash } from 'node:crypto';
import { API_LOGINS_BUCKET } from '#contracts';
import { TooManyRequestsException } from '#http';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { type KV, Kvm } from '@nats-io/kv';
import { fromNats } from '../http/in-reach.js';

/** How many failures are free, and how long the pause may get: it doubles with each further failure. */
const RULES = {
  user: { free: 5, longestSeconds: 60 },
  address: { free: 20, longestSeconds: 900 },
} as const;
type Kind = keyof typeof RULES;

interface Failures {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

/**
 * Makes guessing of passwords slow, over all replicas. A user is kept waiting a minute at most, so that nobody can
 * keep somebody else out for long.
 */
@Injectable()
export class LoginBackoff {
  constructor(private readonly connection: JetStreamConnection) {}

  /** @throws TooManyRequestsException while it is too early; BrokerUnavailableException */
  async assertMayTry(user: string, address: string): Promise<void> {
    const found = await Promise.all([this.read('user', user), this.read('address', address)]);
    const untilMs = Math.max(...found.map((failures) => failures?.untilMs ?? 0));
    const seconds = Math.ceil((untilMs - Date.now()) / 1_000);
    if (seconds > 0) {
      throw new TooManyRequestsException(`Too many logins have failed; try again in ${seconds} s`, seconds);
    }
  }

  async failed(user: string, address: string): Promise<void> {
    await Promise.all([this.add('user', user), this.add('address', address)]);
  }

  /** The user is who they say; the address may be that of many. */
  async succeeded(user: string): Promise<void> {
    await this.within(async (bucket) => await bucket.delete(keyOf('user', user)));
  }

  private async read(kind: Kind, name: string): Promise<Failures | undefined> {
    return await this.within(async (bucket) => {
      const entry = await bucket.get(keyOf(kind, name));
      return entry?.operation === 'PUT' ? entry.json<Failures>() : undefined;
    });
  }

  /** Of two at the same moment one may not be counted; a guesser gains one try by it. */
  private async add(kind: Kind, name: string): Promise<void> {
    const { free, longestSeconds } = RULES[kind];
    const count = ((await this.read(kind, name))?.count ?? 0) + 1;
    const seconds = count <= free ? 0 : Math.min(longestSeconds, 2 ** (count - free - 1));
    const failures: Failures = { count, untilMs: Date.now() + seconds * 1_000 };
    await this.within(async (bucket) => await bucket.put(keyOf(kind, name), JSON.stringify(failures)));
  }

  private async within<T>(work: (bucket: KV) => Promise<T>): Promise<T> {
    return await fromNats(API_LOGINS_BUCKET, async () => {
      try {
        return await work(await new Kvm(this.connection.nats).open(API_LOGINS_BUCKET));
      } catch (error) {
        throw new BrokerUnavailableException('Failed logins could not be looked at', { cause: error });
      }
    });
  }
}

/** Hashed: a name or address may hold what a key may not. */
function keyOf(kind: Kind, name: string): string {
  return `${kind}.${createHash('sha256').update(name).digest('hex')}`;
}
