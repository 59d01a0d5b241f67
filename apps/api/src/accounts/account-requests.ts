import {
  IsAgentName,
  IsUtcTimestamp,
  type Role,
  ROLES,
  type Scope,
  SCOPES,
  USER_NAME_PATTERN,
} from '#contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  Length,
  Matches,
} from 'class-validator';
import { PASSWORD_LENGTH } from '../access/password-hasher.js';

const { min, max } = PASSWORD_LENGTH;
const MOST_AGENTS = 1_000;
const USER_RULE = { message: '$property must be 1 to 64 characters of a-z, 0-9, _ and -' };
const ROLE_RULE = { message: `role must be one of ${ROLES.join(', ')}` };

/** Property decorator: a password that may be set. */
function IsNewPassword(): PropertyDecorator {
  return Length(min, max, { message: `$property must be ${min} to ${max} characters` });
}

/** Body of `POST /api/tokens`. */
export class CreateToken {
  @ApiProperty({ description: 'For people', minLength: 1, maxLength: 100, example: 'shop-backend' })
  @Matches(/^[^\p{Cc}]{1,100}$/u, { message: 'name must be 1 to 100 printable characters' })
  name: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['ingest'] })
  @IsArray({ message: 'scopes must be a list' })
  @ArrayNotEmpty({ message: 'scopes must name at least one' })
  @ArrayUnique({ message: 'scopes must name each once' })
  @IsIn(SCOPES, { each: true, message: `scopes must be of ${SCOPES.join(', ')}` })
  scopes: Scope[];

  @ApiPropertyOptional({
    type: [String],
    description: 'Agents that it may report for; with the scope ingest alone',
  })
  @IsOptional()
  @IsArray({ message: 'agents must be a list' })
  @ArrayNotEmpty({ message: 'agents must name at least one' })
  @ArrayMaxSize(MOST_AGENTS, { message: `agents must name at most ${MOST_AGENTS}` })
  @IsAgentName({ each: true })
  agents?: string[];

  @ApiPropertyOptional({ format: 'date-time', description: 'Not set: never' })
  @IsOptional()
  @IsUtcTimestamp()
  expires_at?: string;
}

/** Body of `POST /api/users`. */
export class CreateUser {
  @ApiProperty({ pattern: USER_NAME_PATTERN.source, example: 'anna' })
  @Matches(USER_NAME_PATTERN, USER_RULE)
  name: string;

  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES, ROLE_RULE)
  role: Role;

  @ApiProperty({ format: 'password', minLength: min, maxLength: max })
  @IsNewPassword()
  password: string;
}

/** Body of `PATCH /api/users/{name}`. */
export class ChangeUser {
  @ApiPropertyOptional({ enum: ROLES })
  @IsOptional()
  @IsIn(ROLES, ROLE_RULE)
  role?: Role;

  @ApiPropertyOptional({
    format: 'password',
    minLength: min,
    maxLength: max,
    description: 'Ends all sessions of the user',
  })
  @IsOptional()
  @IsNewPassword()
  password?: string;
}

/** Body of `POST /api/me/password`. */
export class ChangePassword {
  @ApiProperty({ format: 'password' })
  @Length(1, max, { message: `current_password must be 1 to ${max} characters` })
  current_password: string;

  @ApiProperty({ format: 'password', minLength: min, maxLength: max })
  @IsNewPassword()
  new_password: string;
}

/** Body of `POST /api/login`. */
export class Login {
  @ApiProperty({ example: 'anna' })
  @Matches(USER_NAME_PATTERN, USER_RULE)
  user: string;

  @ApiProperty({ format: 'password' })
  @Length(1, max, { message: `password must be 1 to ${max} characters` })
  password: string;
}
