import type { Scope } from '#contracts';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiExtension } from '@nestjs/swagger';
import { Problems } from '../http/problems.decorator.js';

/** What a route asks of its caller: a scope, `anyone` who is known, or `public`. */
export type Access = Scope | 'anyone' | 'public';

/** Key of the metadata. */
export const ACCESS = 'agent-platform:access';

/** The route is for callers with this scope; without one, for everybody who is known. */
export function Requires(scope?: Scope): MethodDecorator & ClassDecorator {
  const access: Access = scope ?? 'anyone';
  return applyDecorators(
    SetMetadata(ACCESS, access),
    ApiBearerAuth('token'),
    ApiCookieAuth('session'),
    ApiExtension('x-scope', access),
    Problems(401, 403, 429, 503),
  );
}

/** The route is for everybody. */
export function Public(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ACCESS, 'public' satisfies Access), Problems(403, 429, 503));
}
