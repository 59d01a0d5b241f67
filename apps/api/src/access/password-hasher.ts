import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OneAtATime } from './one-at-a-time.js';

/** Characters of a password. */
export const PASSWORD_LENGTH = { min: 12, max: 200 } as const;

/** 32 MiB and about a quarter of a second: as strong as OWASP asks for, in a memory that a small container has. */
const LOG2_N = 15;
const R = 8;
const P = 3;
const MOST_MEMORY_BYTES = 64 * 1_048_576;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MOST_WAITING = 20;
const FORMAT = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/;

interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** Hashes passwords with scrypt, one at a time: each takes memory and a core. */
@Injectable()
export class PasswordHasher {
  private readonly turns = new OneAtATime(MOST_WAITING);

  /** @returns `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>` */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const key = await this.inTurn(password, salt, { log2N: LOG2_N, r: R, p: P });
    return ['scrypt', LOG2_N, R, P, salt.toString('base64url'), key.toString('base64url')].join('$');
  }

  /**
   * Takes the same time when there is no hash, so that nobody learns which users exist.
   * @throws TooManyRequestsException when too many wait for their turn
   */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const [, log2N, r, p, salt, expected] = FORMAT.exec(hash ?? '') ?? [];
    if (salt === undefined || expected === undefined) {
      await this.hash(password);
      return false;
    }
    const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
    const key = await this.inTurn(password, Buffer.from(salt, 'base64url'), cost);
    const wanted = Buffer.from(expected, 'base64url');
    return key.length === wanted.length && timingSafeEqual(key, wanted);
  }

  private async inTurn(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
    return await this.turns.run(async () => await derive(password, salt, cost));
  }
}

async function derive(password: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const options = { N: 2 ** log2N, r, p, maxmem: MOST_MEMORY_BYTES };
  scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
    error === null ? resolve(key) : reject(error),
  );
  return await promise;
}
