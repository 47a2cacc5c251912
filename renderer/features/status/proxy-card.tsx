import type { Client } from '../../../shared/contract/clients.ts';
import type { ProxyState } from '../../../shared/contract/proxy.ts';
import { useAction } from '../../use-action.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useDoor, useTranslator } from '../../window-context.tsx';
import { changeSettings } from './change-settings.ts';
import { ClientKeyField } from './client-key-field.tsx';
import { ProblemText } from './problem-text.tsx';
import { ProxyFailure } from './proxy-failure.tsx';
import { TryCommand } from './try-command.tsx';
import { ValueRow } from './value-row.tsx';

const dots: Record<ProxyState['phase'], string> = {
  off: 'bg-edge',
  starting: 'bg-loud',
  on: 'bg-good',
  ending: 'bg-loud',
  failed: 'bg-bad',
};

/** The proxy's switch with its true phase, its address, and the key that tools use. */
export function ProxyCard({ proxy, client }: { proxy: ProxyState; client: Client | null }) {
  const translator = useTranslator();
  const door = useDoor();
  const { phase, baseUrl, failure } = proxy;
  const setWish = useAction(async (wish: 'on' | 'off') => {
    await door.proxy.setWish({ wish });
    return null;
  });
  const retry = useAction(async (port: number | null) => {
    const refused = port === null ? null : await changeSettings(door, translator, { proxy: { port } });
    if (refused === null) await door.proxy.setWish({ wish: 'on' });
    return refused;
  });
  const moving = phase === 'starting' || phase === 'ending';
  return (
    <Card
      title={translator.text('proxy.title')}
      aside={
        <div className="flex items-center gap-3">
          <output className="flex items-center gap-2 font-medium">
            <span className={`size-2 rounded-round ${dots[phase]}`} />
            {translator.text(`proxy.phase.${phase}`)}
          </output>
          <Switch
            label={translator.text('proxy.switch')}
            checked={phase === 'on' || phase === 'starting'}
            busy={moving || setWish.busy || retry.busy}
            onChange={(on) => void setWish.run(on ? 'on' : 'off')}
          />
        </div>
      }
    >
      <div className="flex flex-1 flex-col gap-3 p-4">
        {failure ? (
          <ProxyFailure failure={failure} busy={retry.busy} onTry={(port) => void retry.run(port)} />
        ) : (
          <p className="text-quiet">{translator.text(`proxy.hint.${phase}`)}</p>
        )}
        <ProblemText problem={setWish.problem ?? retry.problem} />
        <ValueRow label={translator.text('proxy.baseUrl')}>
          <span className={`truncate ${baseUrl ? '' : 'font-sans text-quiet'}`}>
            {baseUrl ?? translator.text(phase === 'failed' ? 'proxy.baseUrlFailed' : 'proxy.baseUrlOff')}
          </span>
          <CopyButton
            label={translator.text('proxy.copyBaseUrl')}
            read={() => baseUrl}
            disabled={baseUrl === null}
          />
        </ValueRow>
        <ClientKeyField client={client} />
        <TryCommand baseUrl={baseUrl} client={client} />
        <p className="mt-auto text-xs text-quiet">
          {proxy.addresses.length > 0
            ? translator.text('proxy.listeningOn', { addresses: proxy.addresses.join(', ') })
            : '\u00a0'}
        </p>
      </div>
    </Card>
  );
}
