import type { Settings } from '../../../shared/settings.ts';
import { useAction } from '../../use-action.ts';
import { Choice } from '../../ui/choice.tsx';
import { useDoor, useTranslator } from '../../window-context.tsx';
import { changeSettings } from './change-settings.ts';
import { ProblemText } from './problem-text.tsx';

/** When the embedded demo upstream answers. */
export type DemoMode = Settings['upstream']['demo'];

const modes = ['without-key', 'always', 'never'] as const satisfies readonly DemoMode[];

/** When invented answers come instead of Cody's: while there is no key, always, or never. */
export function DemoChoice({ demo }: { demo: DemoMode }) {
  const translator = useTranslator();
  const door = useDoor();
  const choose = useAction((mode: DemoMode) =>
    changeSettings(door, translator, { upstream: { demo: mode } }),
  );
  return (
    <div className="border-t border-line p-4">
      <Choice
        label={translator.text('demo.choice')}
        options={modes.map((mode) => ({ value: mode, label: translator.text(`demo.choice.${mode}`) }))}
        value={demo}
        hint={translator.text(`demo.hint.${demo}`)}
        onChange={(mode) => void choose.run(mode)}
      />
      <ProblemText problem={choose.problem} />
    </div>
  );
}
