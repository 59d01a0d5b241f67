import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { AuditInterceptor } from './audit.interceptor.js';
import { AUDITED } from './audited-key.js';

/**
 * Method decorator of every route that changes something: who called it is written down, and what came of it.
 * The target is the parameter of the path, unless the handler says it by `noteAudit`.
 * @param action as `<things>.<verb>`
 */
export function Audited(action: string): MethodDecorator {
  return applyDecorators(SetMetadata(AUDITED, action), UseInterceptors(AuditInterceptor));
}
