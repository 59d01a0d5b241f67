import { statfs } from 'node:fs/promises';
import type { Findings } from '../finding.js';

const GIBIBYTE = 1_073_741_824;
/** Below it a server may stop any minute. */
const LEAST_BYTES = GIBIBYTE;

/**
 * Looks at the disk below a folder of this machine.
 * @param wantedBytes what what lies there may still take
 */
export async function checkFreeSpace(findings: Findings, folder: string, wantedBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const said = `${sized(free)} are free on the disk of ${folder}`;
  const advice = 'Make space, or give it a larger disk: a full one stops everything';
  if (free < LEAST_BYTES) {
    findings.problem('disk', said, advice);
  } else if (free < wantedBytes) {
    findings.warning('disk', `${said}, and the streams may still take ${sized(wantedBytes)}`, advice);
  } else {
    findings.ok('disk', said);
  }
}

/** For people: gibibytes, or mebibytes when it is less than one. */
export function sized(bytes: number): string {
  return bytes >= GIBIBYTE
    ? `${(bytes / GIBIBYTE).toFixed(1)} GiB`
    : `${Math.round(bytes / (GIBIBYTE / 1_024))} MiB`;
}
