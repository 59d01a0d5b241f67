import { API_TOKENS_BUCKET, parseStoredToken, type StoredToken } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { AccessStore } from './access-store.js';

/** The bucket `API_TOKENS`. */
@Injectable()
export class TokenStore extends AccessStore<StoredToken> {
  constructor(connection: JetStreamConnection) {
    super(connection, API_TOKENS_BUCKET, parseStoredToken);
  }
}
