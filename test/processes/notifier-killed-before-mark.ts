import { loadConfiguration, runMain } from '#configuration';
import { createNotifier } from '../../apps/notifier/src/create-notifier.js';
import { EmailChannel } from '../../apps/notifier/src/emails/email-channel.js';
import { NotifierConfiguration } from '../../apps/notifier/src/notifier-configuration.js';

/** A notifier that dies by kill -9 right after the mail server has taken its first e-mail, before it can record that. */
runMain(async () => {
  const app = await createNotifier(loadConfiguration(NotifierConfiguration, process.env));
  const channel = app.get(EmailChannel);
  const deliver = channel.deliver.bind(channel);
  channel.deliver = async (delivery) => {
    await deliver(delivery);
    return process.kill(process.pid, 'SIGKILL') as never;
  };
  await app.listen();
  process.stdout.write('ready\n');
});
