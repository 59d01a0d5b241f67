import { expect, it, vi } from 'vitest';
import { processTable } from '../servers/process-table.js';
import { ServiceProcess } from '../support/service-process.js';

it('leaves no child behind when its executor is killed, nor what children have started', async () => {
  const parent = ServiceProcess.spawn('test/processes/children-parent.js', {});
  await parent.printed('groups');
  const groups = /groups (.*)/.exec(parent.output)![1]!.split(' ').map(Number);
  const members = (): number[] =>
    processTable()
      .filter(({ group }) => groups.includes(group))
      .map(({ pid }) => pid);
  await vi.waitFor(() => expect(members()).toHaveLength(3), { timeout: 10_000 });

  await parent.kill();

  expect(groups).toHaveLength(2);
  await vi.waitFor(() => expect(members()).toEqual([]), { timeout: 1_000 });
});
