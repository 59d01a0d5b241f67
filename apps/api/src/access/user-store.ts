import { API_USERS_BUCKET, parseStoredUser, type StoredUser } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { AccessStore } from './access-store.js';

/** The bucket `API_USERS`. */
@Injectable()
export class UserStore extends AccessStore<StoredUser> {
  constructor(connection: JetStreamConnection) {
    super(connection, API_USERS_BUCKET, parseStoredUser);
  }
}
