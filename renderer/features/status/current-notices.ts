import type { Notice } from '../../../shared/contract/app.ts';
import type { CodyKeyStatus } from '../../../shared/contract/cody-key.ts';

/**
 * The notices of the start that still hold and are not said elsewhere: the card of the Cody key tells of its store as
 * it is now.
 */
export function currentNotices(
  notices: readonly Notice[],
  { source, store }: CodyKeyStatus,
): readonly Notice[] {
  return notices.filter(({ code, message }) => {
    if (code === 'key_store_unavailable') return false;
    return code !== 'key_unreadable' || (source === 'none' && message !== store.reason);
  });
}
