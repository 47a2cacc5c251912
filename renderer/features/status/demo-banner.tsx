import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useTranslator } from '../../window-context.tsx';

/** Says loudly that answers are invented, why, and how to get real ones. `always`: a key alone would not change it. */
export function DemoBanner({ always, onEnterKey }: { always: boolean; onEnterKey: () => void }) {
  const translator = useTranslator();
  return (
    <div role="alert" className="flex items-center gap-3 rounded-box bg-loud px-4 py-3 text-on-loud">
      <Icon name="warning" />
      <p className="min-w-0 flex-1 text-pretty">
        <strong className="font-semibold">{translator.text('demo.title')}</strong>{' '}
        {translator.text(always ? 'demo.always' : 'demo.withoutKey')}
      </p>
      {!always && (
        <Button look="loud" onClick={onEnterKey}>
          {translator.text('demo.enterKey')}
        </Button>
      )}
    </div>
  );
}
