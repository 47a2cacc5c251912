import type { Client } from '../../../shared/contract/clients.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useDoor, useTranslator } from '../../window-context.tsx';

interface TryCommandProps {
  /** Null while nothing listens; the place of the command is kept. */
  readonly baseUrl: string | null;
  readonly client: Client | null;
}

/** A command that works as it is copied, with the client's key in it, which is not shown here. */
export function TryCommand({ baseUrl, client }: TryCommandProps) {
  const translator = useTranslator();
  const door = useDoor();
  const readCommand = async (): Promise<string | null> => {
    if (baseUrl === null || !client) return null;
    const { key } = await door.clients.revealKey({ id: client.id });
    return key === null ? null : `${request(baseUrl)} ${authorization(key)}`;
  };
  return (
    <div>
      <p className="mb-1 text-quiet">{translator.text('tryIt.title')}</p>
      <div className="flex min-h-12 items-center gap-1 rounded-box bg-inset py-0.5 pr-0.5 pl-3">
        {baseUrl === null ? (
          <p className="flex-1 text-[13px] text-quiet">{translator.text('tryIt.off')}</p>
        ) : (
          <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">
            {/* The line breaks between its two parts and not within one. */}
            <span className="inline-block max-w-full">{request(baseUrl)}</span>{' '}
            <span className="inline-block max-w-full">{authorization('cody-local-…')}</span>
          </code>
        )}
        <CopyButton
          label={translator.text('tryIt.copy')}
          read={readCommand}
          disabled={baseUrl === null || client?.keyReadable !== true}
        />
      </div>
    </div>
  );
}

function request(baseUrl: string): string {
  return `curl ${baseUrl}/models`;
}

/** Double quotes: they are understood by every shell, that of Windows too. */
function authorization(key: string): string {
  return `-H "Authorization: Bearer ${key}"`;
}
