import { useRef } from 'react';
import appIcon from '../../app-icon.svg';
import type { HostSnapshot } from '../../live/live-state.ts';
import { useTranslator } from '../../window-context.tsx';
import { chooseClient } from './choose-client.ts';
import { CodyKeyCard } from './cody-key-card.tsx';
import { currentNotices } from './current-notices.ts';
import { DemoBanner } from './demo-banner.tsx';
import { ExchangesCard } from './exchanges-card.tsx';
import { Notices } from './notices.tsx';
import { ProxyCard } from './proxy-card.tsx';

/** Everything on one page: the local endpoint, the Cody key, what was asked lately. */
export function StatusPage({ host }: { host: HostSnapshot }) {
  const translator = useTranslator();
  const keyCard = useRef<HTMLDivElement>(null);
  const { app, proxy, codyKey, clients, settings, exchanges } = host;
  return (
    <div className="mx-auto flex min-h-screen max-w-280 flex-col gap-4 px-6 pt-4 pb-4">
      <header className="flex min-h-8 items-center gap-3">
        <img src={appIcon} alt="" className="size-6" />
        <h1 className="text-base font-semibold">{translator.text('app.title')}</h1>
        <p className="ml-auto min-w-0 truncate text-quiet">
          {app.demo
            ? translator.text('app.answersFromDemo')
            : translator.text('app.answersFrom', { host: hostOf(app.upstreamBaseUrl) })}
        </p>
      </header>
      <main className="flex flex-col gap-4">
        {app.demo && (
          <DemoBanner
            always={settings.upstream.demo === 'always'}
            onEnterKey={() => keyCard.current?.querySelector('input')?.focus()}
          />
        )}
        <Notices notices={currentNotices(app.notices, codyKey)} />
        <div className="grid gap-4 md:grid-cols-2">
          <ProxyCard proxy={proxy} client={chooseClient(clients)} />
          <div ref={keyCard} className="grid">
            <CodyKeyCard status={codyKey} demo={settings.upstream.demo} />
          </div>
        </div>
        <ExchangesCard exchanges={exchanges} on={proxy.baseUrl !== null} />
      </main>
      <footer className="mt-auto flex flex-wrap justify-between gap-x-6 pt-2 text-xs text-quiet">
        <p className="min-w-0 break-all">
          {translator.text('app.dataFolder')} <span className="font-mono">{app.dataFolder}</span>
        </p>
        <p>{translator.text('app.version', { version: app.version })}</p>
      </footer>
    </div>
  );
}

/** Such as `codyapi.ru`; the address as it is where it cannot be taken apart. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
