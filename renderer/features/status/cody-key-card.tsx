import { useState } from 'react';
import type { CodyKeyStatus } from '../../../shared/contract/cody-key.ts';
import { useAction } from '../../use-action.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { useDoor, useTranslator } from '../../window-context.tsx';
import { DemoChoice, type DemoMode } from './demo-choice.tsx';
import { KeyActions } from './key-actions.tsx';
import { KeyForm } from './key-form.tsx';
import { describeCheck, describeSaving, type KeyOutcome } from './key-outcome.ts';
import { KeyOutcomeText } from './key-outcome-text.tsx';
import { ProblemText } from './problem-text.tsx';

/** The Cody key: where it is kept, entering, checking and forgetting it; and when the demo answers instead. */
export function CodyKeyCard({ status, demo }: { status: CodyKeyStatus; demo: DemoMode }) {
  const translator = useTranslator();
  const door = useDoor();
  const [outcome, setOutcome] = useState<KeyOutcome | null>(null);
  const [replacing, setReplacing] = useState(false);
  const { source, store } = status;

  const save = useAction(async (key: string) => {
    setOutcome(null);
    const result = await door.codyKey.save({ key });
    setOutcome(describeSaving(result, translator));
    if (result.saved) setReplacing(false);
  });
  const check = useAction(async () => {
    setOutcome(null);
    setOutcome(describeCheck(await door.codyKey.check(), 'check', translator));
  });
  const remove = useAction(async () => {
    setOutcome(null);
    await door.codyKey.remove();
    setOutcome({ tone: 'good', words: translator.text('key.removed'), detail: null, facts: [] });
  });

  const tone = source === 'none' ? 'neutral' : source === 'memory' ? 'warn' : 'good';
  const storeUnusable = store.state !== 'ready' && source !== 'environment';
  return (
    <Card
      title={translator.text('key.title')}
      aside={<Badge tone={tone}>{translator.text(`key.source.${source}`)}</Badge>}
    >
      <div className="flex flex-col gap-3 p-4">
        <p className="text-quiet">
          {source === 'keychain'
            ? translator.text('key.detail.keychain', { store: store.name })
            : translator.text(`key.detail.${source}`)}
        </p>
        {storeUnusable && (
          <div className="rounded-box border border-warn-line bg-warn-surface px-3 py-2">
            <p>{translator.text('key.storeUnusable')}</p>
            <p lang="en" className="text-quiet">
              {store.reason}
            </p>
          </div>
        )}
        {source === 'none' || replacing ? (
          <KeyForm
            replacing={replacing}
            busy={save.busy}
            invalid={outcome?.tone === 'bad'}
            outcomeId="key-outcome"
            onSave={(key) => void save.run(key)}
            onCancel={() => setReplacing(false)}
          />
        ) : (
          source !== 'environment' && (
            <KeyActions
              busy={check.busy || remove.busy}
              onReplace={() => setReplacing(true)}
              onCheck={() => void check.run()}
              onRemove={() => void remove.run()}
            />
          )
        )}
        <KeyOutcomeText id="key-outcome" outcome={outcome} />
        <ProblemText problem={save.problem ?? check.problem ?? remove.problem} />
      </div>
      <DemoChoice demo={demo} />
    </Card>
  );
}
