import type { ListenFailure } from '../../../shared/contract/proxy.ts';
import { exchange, type InMemoryServices } from '../../contract/support/in-memory-services.ts';

/** The default port, taken by another program, with a free one as an offer. */
export const portTaken: ListenFailure = {
  code: 'port_in_use',
  message: 'Port 2639 is taken by nginx (pid 812). End it or choose port 2640.',
  port: 2639,
  holder: 'nginx (pid 812)',
  nextFreePort: 2640,
};

/** The proxy is on, the key is saved, tools have been at work. */
export async function playBusyHost(host: InMemoryServices): Promise<void> {
  await host.services.codyKey.save('cody-0f1e2d3c4b5a');
  await host.services.proxy.setWish('on');
  host.recordExchanges(
    ...Array.from({ length: 14 }, (_, index) => exchange(index + 1, { firstByteMs: 180 + 37 * index })),
    exchange(15, {
      clientName: 'Continue',
      path: '/v1/completions',
      model: 'gpt-5-nano',
      firstByteMs: 96,
      durationMs: 412,
    }),
    exchange(16, { method: 'GET', path: '/v1/models', model: null, firstByteMs: 41, durationMs: 43 }),
    exchange(17, {
      clientName: null,
      model: null,
      status: 401,
      errorCode: 'invalid_client_key',
      firstByteMs: null,
      durationMs: 1,
      end: 'refused',
    }),
    exchange(18, { clientName: 'Codex CLI', path: '/v1/responses', model: 'gpt-5.2', end: 'client_left' }),
    exchange(19, {
      clientName: 'Image script in the photo folder',
      path: '/v1/images/edits',
      model: 'gpt-image-1.5',
      status: 504,
      errorCode: 'upstream_first_byte_timeout',
      firstByteMs: null,
      durationMs: 600_004,
      end: 'failed',
    }),
    exchange(20, { demo: true, model: 'claude-sonnet-4.5', clientName: 'Zed' }),
    exchange(21, { clientName: 'Zed', model: 'gpt-5.2', status: 200, durationMs: null, end: 'open' }),
    exchange(22, {
      clientName: 'Zed',
      model: 'claude-opus-4.5',
      status: null,
      firstByteMs: null,
      durationMs: null,
      end: 'open',
    }),
  );
}

/** Everything that can go wrong at a start has gone wrong. */
export async function playFailingHost(host: InMemoryServices): Promise<void> {
  host.setListenFailure(portTaken);
  await host.services.proxy.setWish('on');
  host.keyStatus.set({
    source: 'none',
    store: {
      name: 'Secret Service',
      state: 'missing',
      reason: 'No Secret Service answers on D-Bus. Install and unlock gnome-keyring or KWallet.',
    },
  });
  host.appInfo.set({
    ...host.appInfo.get(),
    notices: [
      {
        code: 'settings_set_aside',
        message:
          'settings.json could not be read and was kept as settings.json.damaged-2026-11-22T09-41-07Z. Defaults are in use.',
      },
    ],
  });
}
