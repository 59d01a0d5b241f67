import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IngestConfiguration } from '../ingest-configuration.js';
import { isLoopback } from './is-loopback.js';

/**
 * Lets producers in: those that know the token or, where none is set because the service listens on loopback only,
 * those that address it as a loopback host. The latter keeps pages in a browser out, which reach 127.0.0.1 under
 * a name of their own.
 */
@Injectable()
export class ProducerGuard implements CanActivate {
  private readonly digest: Buffer | undefined;

  constructor(@Inject(IngestConfiguration) { token }: Pick<IngestConfiguration, 'token'>) {
    this.digest = token === undefined ? undefined : digestOf(token);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.digest === undefined) {
      return acceptLoopback(request);
    }
    const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!timingSafeEqual(digestOf(token), this.digest)) {
      throw new UnauthorizedException('Send the token as "Authorization: Bearer <token>"');
    }
    return true;
  }
}

function acceptLoopback({ hostname, headers }: FastifyRequest): boolean {
  if (!isLoopback(hostname) || headers.origin !== undefined) {
    throw new ForbiddenException('Without a token, only local programs may use this service');
  }
  return true;
}

/** Digests have one length, so the comparison takes one time. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
