import type { Notice } from '../../../shared/contract/app.ts';
import { Icon } from '../../ui/icon.tsx';
import { useTranslator } from '../../window-context.tsx';

/** What the user must know of this start. The core writes the sentences, in English, with paths in them. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  const translator = useTranslator();
  if (notices.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {notices.map((notice) => (
        <li
          key={`${notice.code} ${notice.message}`}
          className="flex gap-3 rounded-box border border-warn-line bg-warn-surface px-4 py-3"
        >
          <Icon name="info" className="mt-0.5 text-warn" />
          <div className="min-w-0">
            <p className="font-medium">{translator.text(`notice.${notice.code}`)}</p>
            <p lang="en" className="break-words text-quiet">
              {notice.message}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
