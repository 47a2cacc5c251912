import { useTranslator } from '../../window-context.tsx';

/** Says what will be seen here, and the next step. */
export function NoExchanges({ on }: { on: boolean }) {
  const translator = useTranslator();
  return (
    <div className="px-4 py-10 text-center">
      <p className="font-medium">{translator.text('exchanges.empty')}</p>
      <p className="text-quiet">{translator.text(on ? 'exchanges.emptyOn' : 'exchanges.emptyOff')}</p>
    </div>
  );
}
