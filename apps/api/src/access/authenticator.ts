import { isInForce, isSecretOf, parseTokenText, scopesOf, secretDigest } from '#contracts';
import { bearerToken, cookieOf, isForeignOrigin, isLoopback, UnavailableException } from '#http';
import { ForbiddenException, Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiConfiguration } from '../api-configuration.js';
import type { Caller } from './caller.js';
import { SESSION_COOKIE } from './session-cookie.js';
import { SessionStore } from './session-store.js';
import { TokenStore } from './token-store.js';
import { UserStore } from './user-store.js';

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const LOCAL: Caller = { kind: 'local', name: 'local', id: 'local', scopes: ['admin'] };

/** Finds out who sends a request. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: TokenStore,
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    @Inject(ApiConfiguration) private readonly configuration: Pick<ApiConfiguration, 'host'>,
  ) {}

  /**
   * @throws UnauthorizedException when nobody is known by what the request brings
   * @throws ForbiddenException when a page of somebody else in a browser sends it
   * @throws UnavailableException, BrokerUnavailableException while NATS is away and who it is can't be found out
   */
  async identify(request: FastifyRequest): Promise<Caller> {
    const bearer = bearerToken(request);
    if (bearer !== undefined) {
      return await this.byToken(bearer);
    }
    const session = cookieOf(request, SESSION_COOKIE);
    const user = session === undefined ? undefined : await this.bySession(request, session);
    if (user !== undefined) {
      return user;
    }
    if (this.isOpen()) {
      return asLocal(request);
    }
    throw new UnauthorizedException('Send an API token as "Authorization: Bearer <token>", or log in');
  }

  /**
   * Whether nobody has to log in: the service listens on a loopback address, and nobody could do everything.
   * @throws UnavailableException before that is known
   */
  isOpen(): boolean {
    if (!isLoopback(this.configuration.host)) {
      return false;
    }
    if (!this.users.isComplete || !this.tokens.isComplete) {
      throw new UnavailableException('NATS is away, and who may do what is not known yet');
    }
    const isManaged = this.tokens
      .entries()
      .some(([, token]) => isInForce(token) && token.scopes.includes('admin'));
    return !isManaged && this.users.entries().length === 0;
  }

  private async byToken(text: string): Promise<Caller> {
    const parsed = parseTokenText(text);
    const token = parsed === undefined ? undefined : await this.tokens.find(parsed.id);
    if (
      parsed === undefined ||
      token === undefined ||
      !isSecretOf(parsed.secret, token.secret_sha256) ||
      !isInForce(token)
    ) {
      throw new UnauthorizedException('The token is not known, has been revoked, or has expired');
    }
    return { kind: 'token', name: token.name, id: `token:${parsed.id}`, scopes: token.scopes };
  }

  private async bySession(request: FastifyRequest, id: string): Promise<Caller | undefined> {
    const key = secretDigest(id);
    const session = await this.sessions.find(key);
    const user = session === undefined ? undefined : await this.users.find(session.user);
    const isOver =
      session === undefined ||
      user === undefined ||
      user.password_id !== session.password_id ||
      isPast(session.expires_at);
    if (isOver) {
      return undefined;
    }
    if (!SAFE.has(request.method) && (request.headers.origin === undefined || isForeignOrigin(request))) {
      throw new ForbiddenException(
        'A session may only change something from a page of the same host: Origin says otherwise',
      );
    }
    return {
      kind: 'user',
      name: session.user,
      id: `user:${session.user}`,
      scopes: scopesOf(user.role),
      session: key,
    };
  }
}

/** What proxies add: who sends the request is not on this machine then, whatever the address says. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Keeps pages in a browser out, which reach 127.0.0.1 under a name of their own, or from another origin. */
function asLocal(request: FastifyRequest): Caller {
  const isForwarded = FORWARDED.some((header) => request.headers[header] !== undefined);
  if (isForwarded || !isLoopback(request.hostname) || isForeignOrigin(request)) {
    throw new ForbiddenException(
      'Without a login, only programs and pages of this machine may use this service',
    );
  }
  return LOCAL;
}

function isPast(time: string): boolean {
  return Date.parse(time) <= Date.now();
}
