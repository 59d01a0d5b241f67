import { grants } from '#contracts';
import { isForeignOrigin, RateLimiter, TooManyRequestsException } from '#http';
import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiConfiguration } from '../api-configuration.js';
import { Authenticator } from './authenticator.js';
import { type Caller, setCaller } from './caller.js';
import { ACCESS, type Access } from './requires.decorator.js';

/** From one address: requests that need no login, and those whose sender is not known. */
const UNKNOWN_PER_MINUTE = 120;

/** Nothing is open that does not say so: every route names its scope, or that it is public. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly known: RateLimiter;
  private readonly unknown = new RateLimiter(UNKNOWN_PER_MINUTE);

  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    @Inject(ApiConfiguration) { requestsPerMinute }: Pick<ApiConfiguration, 'requestsPerMinute'>,
  ) {
    this.known = new RateLimiter(requestsPerMinute);
  }

  /** @throws UnauthorizedException, ForbiddenException, TooManyRequestsException, or when NATS is away */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') {
      return true;
    }
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === undefined) {
      throw new ForbiddenException('This is open to nobody');
    }
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (access === 'public') {
      this.admitUnknown(request);
      return true;
    }
    const caller = await this.identify(request);
    limit(this.known, caller.id);
    if (access !== 'anyone' && !grants(caller.scopes, access)) {
      throw new ForbiddenException(`This needs the scope ${access}`);
    }
    setCaller(request, caller);
    return true;
  }

  private admitUnknown(request: FastifyRequest): void {
    if (request.method !== 'GET' && isForeignOrigin(request)) {
      throw new ForbiddenException('A page of another origin may not send this');
    }
    limit(this.unknown, request.ip);
  }

  private async identify(request: FastifyRequest): Promise<Caller> {
    try {
      return await this.authenticator.identify(request);
    } catch (error) {
      if (error instanceof UnauthorizedException) {
        limit(this.unknown, request.ip);
      }
      throw error;
    }
  }
}

function limit(limiter: RateLimiter, key: string): void {
  const seconds = limiter.take(key);
  if (seconds > 0) {
    throw new TooManyRequestsException(
      `At most ${limiter.perMinute} requests a minute; come again in ${seconds} s`,
      seconds,
    );
  }
}
