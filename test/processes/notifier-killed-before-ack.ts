import { loadConfiguration, runMain } from '#configuration';
import { createNotifier } from '../../apps/notifier/src/create-notifier.js';
import { Announcer } from '../../apps/notifier/src/events/announcer.js';
import { NotifierConfiguration } from '../../apps/notifier/src/notifier-configuration.js';
import { AgentStreaks } from '../../apps/notifier/src/streaks/agent-streaks.js';

/**
 * A notifier that dies by kill -9 when it has decided on some events and has acked none of them: with DIE_BEFORE=store right
 * after what is to be told has been recorded, else right after all has been stored.
 */
runMain(async () => {
  const app = await createNotifier(loadConfiguration(NotifierConfiguration, process.env));
  const die = (): never => process.kill(process.pid, 'SIGKILL') as never;
  if (process.env['DIE_BEFORE'] === 'store') {
    const streaks = app.get(AgentStreaks);
    streaks.store = async (changed) => (changed.size > 0 ? die() : await Promise.resolve());
  } else {
    const announcer = app.get(Announcer);
    const handle = announcer.handle.bind(announcer);
    announcer.handle = async (messages) => {
      await handle(messages);
      die();
    };
  }
  await app.listen();
  process.stdout.write('ready\n');
});
