import { ConnectionBanner } from './features/status/connection-banner.tsx';
import { StatusPage } from './features/status/status-page.tsx';
import { useLiveState, useTranslator } from './window-context.tsx';

/** The whole window: for now the status page. */
export function App() {
  const translator = useTranslator();
  const { connection, host } = useLiveState();
  return (
    <>
      <ConnectionBanner connection={connection} />
      {host && <StatusPage host={host} />}
      {!host && connection === 'connecting' && (
        <p className="appear-late p-6 text-center text-quiet">{translator.text('app.connecting')}</p>
      )}
    </>
  );
}
