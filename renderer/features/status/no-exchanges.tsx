import { CopyButton } from '../../ui/copy-button.tsx';
import { useDoor, useTranslator } from '../../window-context.tsx';

interface NoExchangesProps {
  readonly baseUrl: string | null;
  readonly port: number;
  readonly clientId: string | null;
}

/** Says the next step: a command that works as it is copied, with the client's key in it, which is not shown here. */
export function NoExchanges({ baseUrl, port, clientId }: NoExchangesProps) {
  const translator = useTranslator();
  const door = useDoor();
  const url = `${baseUrl ?? `http://127.0.0.1:${port}/v1`}/models`;
  const readCommand = async (): Promise<string | null> => {
    if (clientId === null) return null;
    const { key } = await door.clients.revealKey({ id: clientId });
    return key === null ? null : curlCommand(url, key);
  };
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-8 text-center">
      <div>
        <p className="font-medium">{translator.text('exchanges.empty')}</p>
        <p className="text-quiet">
          {translator.text(baseUrl === null ? 'exchanges.emptyOff' : 'exchanges.emptyOn')}
        </p>
      </div>
      <div className="flex max-w-full items-center gap-1 rounded-box bg-inset py-0.5 pr-0.5 pl-3">
        <code className="min-w-0 overflow-x-auto text-left font-mono text-[13px] whitespace-nowrap">
          {curlCommand(url, 'cody-local-…')}
        </code>
        <CopyButton
          label={translator.text('exchanges.copyCommand')}
          read={readCommand}
          disabled={clientId === null}
        />
      </div>
    </div>
  );
}

/** Double quotes: they are understood by every shell, that of Windows too. */
function curlCommand(url: string, key: string): string {
  return `curl ${url} -H "Authorization: Bearer ${key}"`;
}
