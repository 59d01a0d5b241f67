import {
  ContractViolation,
  newTokenId,
  newTokenSecret,
  secretDigest,
  StoredToken,
  TOKEN_ID_PATTERN,
  tokenText,
  utcTimestamp,
} from '#contracts';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
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
import { Requires } from '../access/requires.decorator.js';
import { TokenStore } from '../access/token-store.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { PageQuery } from '../http/page-query.js';
import { pageByKey } from '../http/page.js';
import { Problems } from '../http/problems.decorator.js';
import { CreateToken } from './account-requests.js';
import { TokenPage, TokenView, tokenView, TokenWithSecret } from './account-view.js';

/** `/api/tokens` */
@ApiTags('tokens')
@Requires('admin')
@Controller('tokens')
export class TokenController {
  constructor(private readonly tokens: TokenStore) {}

  @Get()
  @ApiOperation({ summary: 'All tokens, by id' })
  @ApiOkResponse({ type: TokenPage })
  @Problems(422)
  listTokens(@Query() query: PageQuery): TokenPage {
    const views = this.tokens.entries().map(([id, token]) => tokenView(id, token));
    return pageByKey(views, query, ({ id }) => id);
  }

  @Post()
  @Audited('tokens.create')
  @ApiOperation({ summary: 'Make a token; its secret is shown this once' })
  @ApiCreatedResponse({ type: TokenWithSecret })
  @Problems(400, 413, 415, 422)
  async createToken(
    @Body() body: CreateToken,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<TokenWithSecret> {
    const { name, scopes, agents } = body;
    const expiresAt = expiryOf(body);
    const [id, secret] = [newTokenId(), newTokenSecret()];
    noteAudit(request, { target: id, details: { name, scopes, ...(agents !== undefined && { agents }) } });
    const token = Object.assign(new StoredToken(), {
      name,
      secret_sha256: secretDigest(secret),
      scopes,
      ...(agents !== undefined && { agents }),
      created_at: new Date().toISOString(),
      created_by: caller.name,
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
      revoked: false,
    });
    await this.tokens.create(id, token);
    return Object.assign(new TokenWithSecret(), tokenView(id, token), { token: tokenText({ id, secret }) });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One token' })
  @ApiOkResponse({ type: TokenView })
  @Problems(404)
  async getToken(@Param('id') id: string): Promise<TokenView> {
    return tokenView(id, found(id, isTokenId(id) ? await this.tokens.fresh(id) : undefined));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Audited('tokens.rotate')
  @ApiOperation({ summary: 'Give a token a new secret; the old one ends within a second' })
  @ApiOkResponse({ type: TokenWithSecret })
  @Problems(404, 409)
  async rotateToken(@Param('id') id: string): Promise<TokenWithSecret> {
    const secret = newTokenSecret();
    const changes = { secret_sha256: secretDigest(secret), rotated_at: new Date().toISOString() };
    const token = await this.change(id, (before) => Object.assign(before, changes));
    return Object.assign(new TokenWithSecret(), tokenView(id, token), { token: tokenText({ id, secret }) });
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Audited('tokens.revoke')
  @ApiOperation({ summary: 'End a token within a second, and keep it in the list' })
  @ApiOkResponse({ type: TokenView })
  @Problems(404, 409)
  async revokeToken(@Param('id') id: string): Promise<TokenView> {
    return tokenView(id, await this.change(id, (before) => Object.assign(before, { revoked: true })));
  }

  @Delete(':id')
  @HttpCode(204)
  @Audited('tokens.delete')
  @ApiOperation({ summary: 'End a token and take it out of the list' })
  @ApiNoContentResponse()
  @Problems(404)
  async deleteToken(@Param('id') id: string): Promise<void> {
    if (!isTokenId(id) || !(await this.tokens.delete(id))) {
      throw missing(id);
    }
  }

  private async change(id: string, change: (before: StoredToken) => StoredToken): Promise<StoredToken> {
    return found(id, isTokenId(id) ? await this.tokens.change(id, change) : undefined);
  }
}

/** @throws ContractViolation when the body makes no sense as a whole */
function expiryOf({ agents, scopes, expires_at }: CreateToken): string | undefined {
  if (agents !== undefined && (scopes.length !== 1 || scopes[0] !== 'ingest')) {
    throw new ContractViolation([
      { field: 'agents', message: 'agents can be named with the scope ingest alone' },
    ]);
  }
  const expiresAt = utcTimestamp(expires_at);
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) {
    throw new ContractViolation([{ field: 'expires_at', message: 'expires_at must be in the future' }]);
  }
  return expiresAt;
}

function isTokenId(id: string): boolean {
  return TOKEN_ID_PATTERN.test(id);
}

function found(id: string, token: StoredToken | undefined): StoredToken {
  if (token === undefined) {
    throw missing(id);
  }
  return token;
}

function missing(id: string): NotFoundException {
  return new NotFoundException(`There is no token with the id ${id}`);
}
