import { Module } from '@nestjs/common';
import { LoginBackoff } from './login-backoff.js';
import { SessionController } from './session.controller.js';
import { Sessions } from './sessions.js';
import { TokenController } from './token.controller.js';
import { UserController } from './user.controller.js';

/** Tokens, users and their sessions. */
@Module({
  controllers: [SessionController, TokenController, UserController],
  providers: [LoginBackoff, Sessions],
})
export class AccountsModule {}
