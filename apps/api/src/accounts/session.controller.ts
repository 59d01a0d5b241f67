import { scopesOf } from '#contracts';
import { Body, Controller, ForbiddenException, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { newPasswordId } from '../access/new-user.js';
import { PasswordHasher } from '../access/password-hasher.js';
import { Public, Requires } from '../access/requires.decorator.js';
import { sessionCookie } from '../access/session-cookie.js';
import { SessionStore } from '../access/session-store.js';
import { UserStore } from '../access/user-store.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { ChangePassword, Login } from './account-requests.js';
import { MeView } from './account-view.js';
import { Sessions } from './sessions.js';

/** `/api/login`, `/api/logout` and `/api/me` */
@ApiTags('session')
@Controller()
export class SessionController {
  constructor(
    private readonly sessions: Sessions,
    private readonly store: SessionStore,
    private readonly users: UserStore,
    private readonly hasher: PasswordHasher,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @Audited('session.login')
  @ApiOperation({ summary: 'Log in with user and password; sets the session cookie' })
  @ApiOkResponse({ type: MeView, headers: { 'Set-Cookie': { schema: { type: 'string' } } } })
  @Problems(400, 401, 413, 415, 422)
  async login(
    @Body() { user: name, password }: Login,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    noteAudit(request, { user: name });
    const { id, user, session } = await this.sessions.begin(name, password, request.ip);
    const lifeSeconds = Math.round((Date.parse(session.expires_at) - Date.now()) / 1_000);
    reply.header('Set-Cookie', sessionCookie(request, id, lifeSeconds));
    return { kind: 'user', name, scopes: scopesOf(user.role), session_expires_at: session.expires_at };
  }

  @Post('logout')
  @HttpCode(204)
  @Requires()
  @Audited('session.logout')
  @ApiOperation({ summary: 'End the session that the cookie names' })
  @ApiNoContentResponse()
  async logout(
    @CurrentCaller() { session }: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (session !== undefined) {
      await this.sessions.end(session);
    }
    reply.header('Set-Cookie', sessionCookie(request, '', 0));
  }

  @Get('me')
  @Requires()
  @ApiOperation({ summary: 'Who sends this request, and what they may do' })
  @ApiOkResponse({ type: MeView })
  async getMe(@CurrentCaller() { kind, name, scopes, session: key }: Caller): Promise<MeView> {
    const session = key === undefined ? undefined : await this.store.find(key);
    return { kind, name, scopes, ...(session !== undefined && { session_expires_at: session.expires_at }) };
  }

  @Post('me/password')
  @HttpCode(204)
  @Requires()
  @Audited('session.change_password')
  @ApiOperation({ summary: 'Change the own password; ends all sessions of the user' })
  @ApiNoContentResponse()
  @Problems(400, 413, 415, 422)
  async changeOwnPassword(
    @CurrentCaller() { kind, name }: Caller,
    @Body() { current_password: current, new_password: next }: ChangePassword,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    if (kind !== 'user') {
      throw new ForbiddenException('Only a user has a password');
    }
    await this.sessions.verified(name, current, request.ip);
    const renewal = { password_hash: await this.hasher.hash(next), password_id: newPasswordId() };
    await this.users.change(name, (user) => Object.assign(user, renewal));
  }
}
