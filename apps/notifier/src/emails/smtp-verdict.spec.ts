import { describe, expect, it } from 'vitest';
import { smtpVerdict } from './smtp-verdict.js';

describe('smtpVerdict', () => {
  it.each([
    ['refused', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }],
    ['refused', { code: 'EMESSAGE', command: 'DATA', responseCode: 554 }],
    ['refused', { code: 'EENVELOPE', command: 'API' }],
    ['busy', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451 }],
    ['busy', { code: 'EMESSAGE', command: 'DATA', responseCode: 452 }],
    ['away', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 421 }],
    ['away', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 }],
    ['away', { code: 'EAUTH', responseCode: 535 }],
    ['away', { code: 'ESOCKET' }],
    ['away', { code: 'EABORT' }],
  ])('is %s for %j', (kind, facts) => {
    expect(smtpVerdict(Object.assign(new Error('because'), facts))).toEqual({ kind, reason: 'because' });
  });
});
