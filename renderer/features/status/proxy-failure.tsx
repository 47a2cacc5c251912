import type { ListenFailure } from '../../../shared/contract/proxy.ts';
import type { Translator } from '../../i18n/translator.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useTranslator } from '../../window-context.tsx';

interface ProxyFailureProps {
  readonly failure: ListenFailure;
  readonly busy: boolean;
  /** Tries again, on another port where one is given. */
  readonly onTry: (port: number | null) => void;
}

/** Why the proxy could not be switched on, with the buttons that may mend it. */
export function ProxyFailure({ failure, busy, onTry }: ProxyFailureProps) {
  const translator = useTranslator();
  const { nextFreePort } = failure;
  return (
    <div role="alert" className="flex gap-3 rounded-box border border-bad-line bg-bad-surface px-3 py-3">
      <Icon name="warning" className="mt-0.5 text-bad" />
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <div>
          <p className="font-medium">{describeFailure(failure, translator)}</p>
          {failure.code === 'listen_failed' ? (
            <p lang="en" className="text-quiet">
              {failure.message}
            </p>
          ) : (
            <p className="text-quiet">{translator.text(`failure.${failure.code}.remedy`)}</p>
          )}
        </div>
        <div className="flex flex-wrap gap-2">
          {nextFreePort !== null && (
            <Button look="primary" disabled={busy} onClick={() => onTry(nextFreePort)}>
              {translator.text('failure.usePort', { port: nextFreePort })}
            </Button>
          )}
          <Button disabled={busy} onClick={() => onTry(null)}>
            {translator.text('failure.tryAgain')}
          </Button>
        </div>
      </div>
    </div>
  );
}

function describeFailure({ code, port, holder }: ListenFailure, translator: Translator): string {
  if (code === 'port_forbidden') return translator.text('failure.port_forbidden', { port });
  if (code !== 'port_in_use') return translator.text(`failure.${code}`);
  return holder === null
    ? translator.text('failure.port_in_use', { port })
    : translator.text('failure.port_in_use.holder', { port, holder });
}
