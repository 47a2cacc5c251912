import type { Connection } from '../../live/live-state.ts';
import { useTranslator } from '../../window-context.tsx';

/** A quiet strip while the host cannot be reached. It goes by itself; nothing below it moves. */
export function ConnectionBanner({ connection }: { connection: Connection }) {
  const translator = useTranslator();
  const words =
    connection === 'lost'
      ? translator.text('connection.lost')
      : connection === 'no-session'
        ? translator.text('connection.noSession')
        : null;
  return (
    <output className="pointer-events-none fixed inset-x-0 bottom-4 z-20 flex justify-center px-4">
      {words && (
        <p className="rounded-box border border-edge bg-surface px-4 py-2 text-text">
          <span className="mr-2 inline-block size-2 rounded-round bg-loud" />
          {words}
        </p>
      )}
    </output>
  );
}
