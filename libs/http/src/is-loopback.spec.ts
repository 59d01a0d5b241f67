import { expect, it } from 'vitest';
import { isLoopback } from './is-loopback.js';

it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])(
  '%s is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

it.each([
  '',
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'evil-localhost',
  '127',
])('%j may be reached from elsewhere', (host) => {
  expect(isLoopback(host)).toBe(false);
});
