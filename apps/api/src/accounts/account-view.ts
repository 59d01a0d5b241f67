import { type Role, ROLES, type Scope, SCOPES, type StoredToken, type StoredUser } from '#contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';

/** A token without its secret. */
export class TokenView {
  @ApiProperty({ example: '6a1f0b7c9d2e4f35' })
  id: string;

  @ApiProperty({ example: 'shop-backend' })
  name: string;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes: Scope[];

  @ApiProperty({ type: [String], nullable: true, description: 'Agents that it may report for; null: all' })
  agents: string[] | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ example: 'anna' })
  created_by: string;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  rotated_at: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'null: never' })
  expires_at: string | null;

  @ApiProperty()
  revoked: boolean;
}

export class TokenPage extends PageSchema(TokenView) {}

/** A token with its secret, which is shown this once. */
export class TokenWithSecret extends TokenView {
  @ApiProperty({
    description: 'Shown this once; send it as `Authorization: Bearer …`',
    example: 'ap_6a1f0b7c9d2e4f35_…',
  })
  token: string;
}

/** A user without the password. */
export class UserView {
  @ApiProperty({ example: 'anna' })
  name: string;

  @ApiProperty({ enum: ROLES })
  role: Role;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ example: 'configuration' })
  created_by: string;
}

export class UserPage extends PageSchema(UserView) {}

/** Who sends the request. */
export class MeView {
  @ApiProperty({ enum: ['user', 'token', 'local'], description: '`local`: nobody has to log in here' })
  kind: 'user' | 'token' | 'local';

  @ApiProperty({ example: 'anna' })
  name: string;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes: readonly Scope[];

  @ApiPropertyOptional({ format: 'date-time', description: 'When the session ends' })
  session_expires_at?: string;
}

export function tokenView(id: string, token: StoredToken): TokenView {
  const { name, scopes, agents, created_at, created_by, rotated_at, expires_at, revoked } = token;
  return {
    id,
    name,
    scopes,
    agents: agents ?? null,
    created_at,
    created_by,
    rotated_at: rotated_at ?? null,
    expires_at: expires_at ?? null,
    revoked,
  };
}

export function userView(name: string, { role, created_at, created_by }: StoredUser): UserView {
  return { name, role, created_at, created_by };
}
