import { grants, type Scope } from '#contracts';
import { ForbiddenException, Injectable, UnauthorizedException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from './authenticator.js';

/** Asks again who somebody is whose request goes on for long. */
@Injectable()
export class CallerCheck {
  constructor(private readonly authenticator: Authenticator) {}

  /** While NATS is away, whoever was let in stays. */
  async mayStill(request: FastifyRequest, scope: Scope): Promise<boolean> {
    try {
      return grants((await this.authenticator.identify(request)).scopes, scope);
    } catch (error) {
      return !(error instanceof UnauthorizedException || error instanceof ForbiddenException);
    }
  }
}
