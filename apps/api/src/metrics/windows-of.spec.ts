import { describe, expect, it } from 'vitest';
import { type TimeWindow, windowsOf } from './windows-of.js';

const ALWAYS: TimeWindow = { fromMs: -Infinity, toMs: Infinity };
const at = (time: string): number => Date.parse(time);

describe('windowsOf', () => {
  it('puts quiet days together until there is enough', () => {
    const days = ['2026-11-22', '2026-11-20', '2026-11-03'].map((day) => ({ day, count: 5 }));
    expect([...windowsOf(days, 10, ALWAYS)]).toEqual([
      { fromMs: at('2026-11-20T00:00Z'), toMs: at('2026-11-23T00:00Z') },
      { fromMs: at('2026-11-03T00:00Z'), toMs: at('2026-11-04T00:00Z') },
    ]);
  });

  it('takes a busy day apart, without gaps and the newest part first', () => {
    const parts = [...windowsOf([{ day: '2026-11-22', count: 1_000 }], 10, ALWAYS)];
    expect(parts).toHaveLength(10);
    expect(parts[0]?.toMs).toBe(at('2026-11-23T00:00Z'));
    expect(parts.at(-1)?.fromMs).toBe(at('2026-11-22T00:00Z'));
    expect(parts.slice(1).map(({ toMs }) => toMs)).toEqual(parts.slice(0, -1).map(({ fromMs }) => fromMs));
  });

  it('keeps what came before a busy day', () => {
    const days = [
      { day: '2026-11-22', count: 1 },
      { day: '2026-11-21', count: 101 },
    ];
    const windows = [...windowsOf(days, 10, ALWAYS)];
    expect(windows[0]).toEqual({ fromMs: at('2026-11-22T00:00Z'), toMs: at('2026-11-23T00:00Z') });
    expect(windows).toHaveLength(3);
  });

  it('keeps to what is asked for', () => {
    const asked = { fromMs: at('2026-11-21T06:00Z'), toMs: at('2026-11-22T06:00Z') };
    const days = ['2026-11-23', '2026-11-22', '2026-11-21', '2026-11-20'].map((day) => ({ day, count: 1 }));
    expect([...windowsOf(days, 10, asked)]).toEqual([asked]);
  });
});
