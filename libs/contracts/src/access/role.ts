import type { Scope } from './scope.js';

/** What a user is. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const SCOPES_OF_ROLES: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['read'],
  operator: ['read', 'operate'],
  admin: ['admin'],
};

/** What a user of that role may do. */
export function scopesOf(role: Role): readonly Scope[] {
  return SCOPES_OF_ROLES[role];
}
