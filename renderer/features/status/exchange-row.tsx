import { memo } from 'react';
import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import { useTranslator } from '../../window-context.tsx';

const endTones: Record<ExchangeRecord['end'], string> = {
  open: 'text-text',
  done: 'text-quiet',
  refused: 'text-bad',
  failed: 'text-bad',
  client_left: 'text-warn',
  cut: 'text-bad',
};

/** One exchange. What is not known yet is a dash, so that nothing jumps when it comes. */
export const ExchangeRow = memo(function ExchangeRow({ exchange }: { exchange: ExchangeRecord }) {
  const translator = useTranslator();
  const { status, firstByteMs, durationMs, end, errorCode } = exchange;
  const duration = (valueMs: number | null): string =>
    valueMs === null ? '–' : translator.duration(valueMs);
  return (
    <tr className="border-b border-line last:border-b-0 [&>td]:h-9 [&>td]:truncate [&>td]:pr-2">
      <td className="pl-4 text-quiet tabular-nums">{translator.time(exchange.startedAt)}</td>
      <td title={exchange.clientName ?? undefined}>
        {exchange.clientName ?? <span className="text-quiet">{translator.text('exchanges.unknown')}</span>}
      </td>
      <td title={[exchange.method, exchange.path, errorCode].filter((part) => part !== null).join(' ')}>
        <span className="font-mono text-xs">
          <span className="text-quiet">{exchange.method}</span> {exchange.path}
        </span>
        {errorCode && <span className="ml-2 font-mono text-xs text-bad">{errorCode}</span>}
      </td>
      <td className="font-mono text-xs" title={exchange.model ?? undefined}>
        {exchange.model ?? '–'}
      </td>
      <td className={`text-right tabular-nums ${status !== null && status >= 400 ? 'text-bad' : ''}`}>
        {status ?? '–'}
      </td>
      <td className="text-right text-quiet tabular-nums">{duration(firstByteMs)}</td>
      <td className="text-right text-quiet tabular-nums">{duration(durationMs)}</td>
      <td className={`pl-4 ${endTones[end]}`}>
        {end === 'open' && <span className="mr-2 inline-block size-2 rounded-round bg-accent" />}
        {translator.text(`exchanges.end.${end}`)}
        {exchange.demo && <span className="text-warn"> · {translator.text('exchanges.demo')}</span>}
      </td>
    </tr>
  );
});
