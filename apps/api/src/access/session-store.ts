import { API_SESSIONS_BUCKET, parseStoredSession, type StoredSession } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { AccessStore } from './access-store.js';

/** The bucket `API_SESSIONS`. */
@Injectable()
export class SessionStore extends AccessStore<StoredSession> {
  constructor(connection: JetStreamConnection) {
    super(connection, API_SESSIONS_BUCKET, parseStoredSession);
  }
}
