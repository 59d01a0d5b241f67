import type { StoredUser } from '#contracts';
import { USER_NAME_PATTERN } from '#contracts';
import {
  Body,
  ConflictException,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { newPasswordId, newUser } from '../access/new-user.js';
import { PasswordHasher } from '../access/password-hasher.js';
import { Requires } from '../access/requires.decorator.js';
import { UserStore } from '../access/user-store.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { PageQuery } from '../http/page-query.js';
import { pageByKey } from '../http/page.js';
import { Problems } from '../http/problems.decorator.js';
import { ChangeUser, CreateUser } from './account-requests.js';
import { UserPage, UserView, userView } from './account-view.js';

/** `/api/users` */
@ApiTags('users')
@Requires('admin')
@Controller('users')
export class UserController {
  constructor(
    private readonly users: UserStore,
    private readonly hasher: PasswordHasher,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All users, by name' })
  @ApiOkResponse({ type: UserPage })
  @Problems(422)
  listUsers(@Query() query: PageQuery): UserPage {
    const views = this.users.entries().map(([name, user]) => userView(name, user));
    return pageByKey(views, query, ({ name }) => name);
  }

  @Post()
  @Audited('users.create')
  @ApiOperation({ summary: 'Make a user; the first one is an admin' })
  @ApiCreatedResponse({ type: UserView })
  @Problems(400, 409, 413, 415, 422)
  async createUser(
    @Body() { name, role, password }: CreateUser,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<UserView> {
    noteAudit(request, { target: name, details: { role } });
    if (role !== 'admin' && this.users.entries().length === 0) {
      throw new ConflictException('The first user must be an admin: from then on everybody has to log in');
    }
    const user = newUser(role, await this.hasher.hash(password), caller.name);
    if (!(await this.users.create(name, user))) {
      throw new ConflictException(`There is a user named ${name} already`);
    }
    return userView(name, user);
  }

  @Get(':name')
  @ApiOperation({ summary: 'One user' })
  @ApiOkResponse({ type: UserView })
  @Problems(404)
  async getUser(@Param('name') name: string): Promise<UserView> {
    return userView(name, found(name, isUserName(name) ? await this.users.fresh(name) : undefined));
  }

  @Patch(':name')
  @Audited('users.change')
  @ApiOperation({ summary: 'Change role or password of a user; a new password ends all sessions' })
  @ApiOkResponse({ type: UserView })
  @Problems(400, 404, 409, 413, 415, 422)
  async changeUser(
    @Param('name') name: string,
    @Body() { role, password }: ChangeUser,
    @Req() request: FastifyRequest,
  ): Promise<UserView> {
    noteAudit(request, { details: { ...(role && { role }), has_new_password: password !== undefined } });
    if (role !== undefined && role !== 'admin') {
      this.assertNotLastAdmin(name);
    }
    const renewal = password === undefined ? {} : await this.renewal(password);
    const change = (user: StoredUser): StoredUser => Object.assign(user, renewal, role && { role });
    return userView(name, found(name, isUserName(name) ? await this.users.change(name, change) : undefined));
  }

  @Delete(':name')
  @HttpCode(204)
  @Audited('users.delete')
  @ApiOperation({ summary: 'Take a user away, with all sessions' })
  @ApiNoContentResponse()
  @Problems(404, 409)
  async deleteUser(@Param('name') name: string): Promise<void> {
    this.assertNotLastAdmin(name);
    if (!isUserName(name) || !(await this.users.delete(name))) {
      throw missing(name);
    }
  }

  private async renewal(password: string): Promise<Pick<StoredUser, 'password_hash' | 'password_id'>> {
    return { password_hash: await this.hasher.hash(password), password_id: newPasswordId() };
  }

  /** Without an admin, nobody could let anybody in any more. */
  private assertNotLastAdmin(name: string): void {
    const admins = this.users.entries().filter(([, { role }]) => role === 'admin');
    if (admins.length === 1 && admins[0]?.[0] === name) {
      throw new ConflictException(`${name} is the last admin`);
    }
  }
}

function isUserName(name: string): boolean {
  return USER_NAME_PATTERN.test(name);
}

function found(name: string, user: StoredUser | undefined): StoredUser {
  if (user === undefined) {
    throw missing(name);
  }
  return user;
}

function missing(name: string): NotFoundException {
  return new NotFoundException(`There is no user named ${name}`);
}
