import { memo } from 'react';
import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import { Card } from '../../ui/card.tsx';
import { useTranslator } from '../../window-context.tsx';
import { ExchangeRow } from './exchange-row.tsx';
import { NoExchanges } from './no-exchanges.tsx';

interface ExchangesCardProps {
  readonly exchanges: readonly ExchangeRecord[];
  /** Whether tools can get in now. */
  readonly on: boolean;
}

const columns = [
  ['time', 'w-22 pl-4'],
  ['client', 'w-20 lg:w-28'],
  ['request', ''],
  ['model', 'w-34 lg:w-38'],
  ['status', 'w-14 text-right'],
  ['firstByte', 'w-24 text-right'],
  ['duration', 'w-16 text-right'],
  ['end', 'w-32 pl-4'],
] as const;

/** The last exchanges, newest first: times, sizes and names, never contents. Column widths never change. */
export const ExchangesCard = memo(function ExchangesCard({ exchanges, on }: ExchangesCardProps) {
  const translator = useTranslator();
  return (
    <Card title={translator.text('exchanges.title')}>
      {exchanges.length === 0 ? (
        <NoExchanges on={on} />
      ) : (
        <div className="overflow-x-auto">
          <table className="w-full min-w-200 table-fixed text-left text-[13px]">
            <thead className="text-xs text-quiet">
              <tr className="border-b border-line">
                {columns.map(([name, className]) => (
                  <th key={name} scope="col" className={`h-8 pr-2 font-medium ${className}`}>
                    {translator.text(`exchanges.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {exchanges.map((exchange) => (
                <ExchangeRow key={exchange.id} exchange={exchange} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
});
