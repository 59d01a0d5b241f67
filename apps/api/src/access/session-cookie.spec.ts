import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { sessionCookie } from './session-cookie.js';

it.each([
  ['localhost', false],
  ['127.0.0.1', false],
  ['platform.example', true],
])('for %s is Secure: %s', (hostname, isSecure) => {
  const cookie = sessionCookie({ hostname } as FastifyRequest, 'id', 60);
  expect(cookie).toMatch(/^ap_session=id; Path=\/; HttpOnly; SameSite=Strict; Max-Age=60/);
  expect(cookie.endsWith('; Secure')).toBe(isSecure);
});
