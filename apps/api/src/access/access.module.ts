import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { Authenticator } from './authenticator.js';
import { CallerCheck } from './caller-check.js';
import { FirstAdmin } from './first-admin.js';
import { PasswordHasher } from './password-hasher.js';
import { SessionStore } from './session-store.js';
import { TokenStore } from './token-store.js';
import { UserStore } from './user-store.js';

/** Who may do what. Global: its guard is that of every route. Needs `ApiConfiguration`. */
@Global()
@Module({
  providers: [
    TokenStore,
    UserStore,
    SessionStore,
    PasswordHasher,
    Authenticator,
    CallerCheck,
    FirstAdmin,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [TokenStore, UserStore, SessionStore, PasswordHasher, Authenticator, CallerCheck],
})
export class AccessModule {}
