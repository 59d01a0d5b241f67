import type { IncomingReport } from '../incoming-report.js';
import type { RefusedItem } from './item-result.js';

/** One item of a batch, read: a report to be kept, or what is wrong with it. */
export type BatchItem = IncomingReport | RefusedItem;

export function isReport(item: BatchItem): item is IncomingReport {
  return 'event' in item;
}
