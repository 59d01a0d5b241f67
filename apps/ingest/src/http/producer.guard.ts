import { createHash, timingSafeEqual } from 'node:crypto';
import { grants, parseTokenText, type Scope, type TokenText } from '#contracts';
import { bearerToken, isLoopback } from '#http';
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
import { bindAgents } from './bound-agents.js';
import { TokenBook } from './token-book.js';

/**
 * Lets producers in: those that know the token of the configuration, those with an API token and, where the
 * configuration has none because the service listens on loopback only, those that address it as a loopback host. The
 * latter keeps pages in a browser out, which reach 127.0.0.1 under a name of their own.
 */
@Injectable()
export class ProducerGuard implements CanActivate {
  private readonly digest: Buffer | undefined;

  constructor(
    @Inject(IngestConfiguration) { token }: Pick<IngestConfiguration, 'token'>,
    private readonly tokens: TokenBook,
  ) {
    this.digest = token === undefined ? undefined : digestOf(token);
  }

  /** @throws UnauthorizedException, ForbiddenException, or UnavailableException when NATS would have to be asked */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const bearer = bearerToken(request) ?? '';
    if (this.digest !== undefined && timingSafeEqual(digestOf(bearer), this.digest)) {
      return true;
    }
    const text = parseTokenText(bearer);
    if (text !== undefined) {
      await this.admit(request, text);
      return true;
    }
    if (this.digest === undefined) {
      return acceptLoopback(request);
    }
    throw new UnauthorizedException('Send a token as "Authorization: Bearer <token>"');
  }

  private async admit(request: FastifyRequest, text: TokenText): Promise<void> {
    const token = await this.tokens.verified(text);
    if (token === undefined) {
      throw new UnauthorizedException('The token is not known, has been revoked, or has expired');
    }
    const needed: Scope = request.method === 'GET' ? 'read' : 'ingest';
    if (!grants(token.scopes, needed)) {
      throw new ForbiddenException(`This needs the scope ${needed}`);
    }
    if (token.agents !== undefined) {
      bindAgents(request, token.agents);
    }
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
