import {
  API_TOKENS_BUCKET,
  isInForce,
  isSecretOf,
  parseStoredToken,
  type StoredToken,
  type TokenText,
} from '#contracts';
import { inTime, UnavailableException } from '#http';
import { BrokerUnavailableException, BucketMirror, JetStreamConnection } from '#jetstream';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

const LIMIT_MS = 3_000;

/** Knows the API tokens. While NATS is away: those of before. */
@Injectable()
export class TokenBook implements OnModuleInit, OnModuleDestroy {
  private readonly tokens: BucketMirror<StoredToken>;

  constructor(connection: JetStreamConnection) {
    this.tokens = new BucketMirror(connection, API_TOKENS_BUCKET, parseStoredToken);
  }

  onModuleInit(): void {
    this.tokens.start();
  }

  onModuleDestroy(): void {
    this.tokens.stop();
  }

  /**
   * The token, if it is in force and this is its secret.
   * @throws UnavailableException when it is not known here, and NATS can't be asked
   */
  async verified({ id, secret }: TokenText): Promise<StoredToken | undefined> {
    const token = this.tokens.get(id) ?? (await this.fresh(id));
    return token !== undefined && isSecretOf(secret, token.secret_sha256) && isInForce(token)
      ? token
      : undefined;
  }

  private async fresh(id: string): Promise<StoredToken | undefined> {
    try {
      return await inTime(this.tokens.fresh(id), LIMIT_MS, tooLate);
    } catch (error) {
      throw new UnavailableException('NATS is away, and the token is not known here', undefined, {
        cause: error,
      });
    }
  }
}

function tooLate(): Error {
  return new BrokerUnavailableException('The tokens could not be read in time');
}
