// Runs in a child process of the tests: does to the real key store what its arguments say, and prints the answers as JSON.
import { systemClock } from '../../../electron/core/clock.ts';
import { KeyringKeyStore } from '../../../electron/core/secrets/keyring-key-store.ts';

// A keyring prompt must not end the process before its answer: the store's own timers do not hold it.
const alive = setInterval(() => undefined, 1_000);
const store = new KeyringKeyStore(systemClock, process.platform);
const answers: unknown[] = [];
for (const step of process.argv.slice(2)) {
  const [call, account = '', secret = ''] = step.split('=');
  if (call === 'status') answers.push(await store.status());
  if (call === 'read') answers.push(await store.read(account));
  if (call === 'write') answers.push(await store.write(account, secret));
  if (call === 'remove') answers.push(await store.remove(account));
}
clearInterval(alive);
process.stdout.write(JSON.stringify(answers));
