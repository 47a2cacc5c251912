import { useState } from 'react';
import type { Client } from '../../../shared/contract/clients.ts';
import { useAction } from '../../use-action.ts';
import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useDoor, useTranslator } from '../../window-context.tsx';
import { ProblemText } from './problem-text.tsx';
import { ValueRow } from './value-row.tsx';

const hiddenKey = 'cody-local-••••••••';

/** The default client's key: hidden until asked for, copied without being shown. */
export function ClientKeyField({ client }: { client: Client | null }) {
  const translator = useTranslator();
  const door = useDoor();
  const [shownKey, setShownKey] = useState<string | null>(null);
  const show = useAction(async (id: string) => {
    const { key } = await door.clients.revealKey({ id });
    setShownKey(key);
    return key === null ? translator.text('action.nothingToCopy') : null;
  });

  if (!client?.keyReadable) {
    return (
      <ValueRow label={translator.text('clientKey.title')}>
        <span className="truncate font-sans text-quiet">
          {translator.text(client ? 'clientKey.unreadable' : 'clientKey.none')}
        </span>
      </ValueRow>
    );
  }
  const { id } = client;
  return (
    <>
      <ValueRow label={translator.text('clientKey.title')}>
        {shownKey === null ? (
          <span className="truncate text-quiet">
            <span aria-hidden="true">{hiddenKey}</span>
            <span className="sr-only">{translator.text('clientKey.hidden')}</span>
          </span>
        ) : (
          <span className="py-1 text-xs break-all select-all">{shownKey}</span>
        )}
        <IconButton
          icon={shownKey === null ? 'eye' : 'eye-off'}
          label={translator.text(shownKey === null ? 'clientKey.show' : 'clientKey.hide')}
          disabled={show.busy}
          onClick={() => (shownKey === null ? void show.run(id) : setShownKey(null))}
        />
        <CopyButton
          label={translator.text('clientKey.copy')}
          read={async () => (await door.clients.revealKey({ id })).key}
        />
      </ValueRow>
      <p className="-mt-2 ml-30 text-xs text-quiet">{translator.text('clientKey.hint')}</p>
      <ProblemText problem={show.problem} />
    </>
  );
}
