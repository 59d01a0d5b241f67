import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { isForeignOrigin } from './is-foreign-origin.js';

function request(headers: object): FastifyRequest {
  return { headers, host: 'localhost:8080' } as unknown as FastifyRequest;
}

it.each([
  {},
  { origin: 'http://localhost:8080' },
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
])('%j may be a page of ours, or no page', (headers) => {
  expect(isForeignOrigin(request(headers))).toBe(false);
});

it.each([
  { origin: 'http://localhost:8081' },
  { origin: 'http://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost:8080.evil.example' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
])('%j is a page of somebody else', (headers) => {
  expect(isForeignOrigin(request(headers))).toBe(true);
});
