import { table } from '../terminal/table.js';
import type { Area, Finding, Standing } from './finding.js';

const TITLES: Readonly<Record<Area, string>> = { nats: 'NATS', postgres: 'Postgres', api: 'Platform' };
const WORDS: Readonly<Record<Standing, string>> = {
  ok: 'ok',
  warning: 'WARNING',
  problem: 'PROBLEM',
  skipped: 'not checked',
};

/** For people: a line for each finding, and below those that are not in order what to do. */
export function findingLines(findings: readonly Finding[]): string[] {
  const lines: string[] = [];
  for (const [area, own] of Map.groupBy(findings, (each) => each.area)) {
    lines.push(TITLES[area], ...ownLines(own), '');
  }
  return [...lines, summaryOf(findings)];
}

function ownLines(findings: readonly Finding[]): string[] {
  const rows = findings.map(({ standing, check, message }) => [WORDS[standing], check, message]);
  const lines = table([['', '', ''], ...rows]).slice(1);
  return findings.flatMap(({ advice }, index) => [
    `  ${lines[index]}`,
    ...(advice === null ? [] : [`      → ${advice}`]),
  ]);
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (standing: Standing): number => findings.filter((each) => each.standing === standing).length;
  const [problems, warnings, skipped] = [count('problem'), count('warning'), count('skipped')];
  const rest = skipped === 0 ? '' : ` ${skipped} not checked.`;
  return problems + warnings === 0
    ? `All that was checked is in order.${rest}`
    : `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}.${rest}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
