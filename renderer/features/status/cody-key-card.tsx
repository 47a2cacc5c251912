import { useState } from 'react';
import type { CodyKeyStatus } from '../../../shared/contract/cody-key.ts';
import { useAction } from '../../use-action.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { useDoor, useTranslator } from '../../window-context.tsx';
import { DemoChoice, type DemoMode } from './demo-choice.tsx';
import { KeyActions } from './key-actions.tsx';
import { KeyForm } from './key-form.tsx';
import {
  describeCheck,
  describeNone,
  describeRemoval,
  describeSaving,
  type KeyOutcome,
} from './key-outcome.ts';
import { KeyOutcomeText } from './key-outcome-text.tsx';
import { KeyStoreNote } from './key-store-note.tsx';
import { ProblemText } from './problem-text.tsx';

/** The Cody key: where it is kept, entering, checking and forgetting it; and when the demo answers instead. */
export function CodyKeyCard({ status, demo }: { status: CodyKeyStatus; demo: DemoMode }) {
  const translator = useTranslator();
  const door = useDoor();
  const [outcome, setOutcome] = useState<KeyOutcome | null>(null);
  const [replacing, setReplacing] = useState(false);
  /** Whether what the user pressed gave way to something else, which then has to take the focus. */
  const [takesFocus, setTakesFocus] = useState(false);
  const { source, store } = status;
  const replace = (begins: boolean): void => {
    setTakesFocus(true);
    setReplacing(begins);
  };

  const save = useAction(async (key: string) => {
    setOutcome(null);
    const result = await door.codyKey.save({ key });
    setOutcome(describeSaving(result, translator));
    if (result.saved) replace(false);
    return null;
  });
  const check = useAction(async () => {
    setOutcome(null);
    const found = await door.codyKey.check();
    const { source: sourceNow } = await door.codyKey.getStatus();
    setOutcome(sourceNow === 'none' ? describeNone(translator) : describeCheck(found, 'check', translator));
    return null;
  });
  const remove = useAction(async () => {
    setOutcome(null);
    setTakesFocus(true);
    setOutcome(describeRemoval(await door.codyKey.remove(), translator));
    return null;
  });

  const tone = source === 'none' ? 'neutral' : source === 'memory' ? 'warn' : 'good';
  const storeMatters = source !== 'environment' && store.state !== 'ready';
  return (
    <Card
      title={translator.text('key.title')}
      aside={<Badge tone={tone}>{translator.text(`key.source.${source}`)}</Badge>}
    >
      <div className="flex flex-1 flex-col gap-3 p-4">
        {!(source === 'memory' && storeMatters) && (
          <p className="text-quiet">
            {source === 'keychain'
              ? translator.text('key.detail.keychain', { store: store.name })
              : translator.text(`key.detail.${source}`)}
          </p>
        )}
        {source === 'none' || replacing ? (
          <KeyForm
            replacing={replacing}
            busy={save.busy}
            invalid={outcome?.tone === 'bad'}
            takesFocus={takesFocus}
            outcomeId="key-outcome"
            onSave={(key) => void save.run(key)}
            onCancel={() => replace(false)}
          />
        ) : (
          source !== 'environment' && (
            <KeyActions
              busy={check.busy || remove.busy}
              takesFocus={takesFocus}
              onReplace={() => replace(true)}
              onCheck={() => void check.run()}
              onRemove={() => void remove.run()}
            />
          )
        )}
        <KeyOutcomeText id="key-outcome" outcome={outcome} />
        <ProblemText problem={save.problem ?? check.problem ?? remove.problem} />
        {storeMatters && (
          <KeyStoreNote
            store={store}
            busy={check.busy}
            onLookAgain={source === 'none' ? () => void check.run() : null}
          />
        )}
      </div>
      <DemoChoice demo={demo} />
    </Card>
  );
}
