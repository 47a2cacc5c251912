import { clientPolicy, type ClientPolicy, type ClientPolicyPatch } from '../../../shared/contract/clients.ts';

/** The changed policy, or why it cannot be, in sentences. */
export type ChangedPolicy = { ok: true; policy: ClientPolicy } | { ok: false; message: string };

/** Puts a patch into a policy. What the patch does not name, or names as undefined, stays. */
export function changePolicy(policy: ClientPolicy, patch: ClientPolicyPatch): ChangedPolicy {
  const named = Object.entries(patch).filter(([, value]) => value !== undefined);
  const parsed = clientPolicy.safeParse({ ...policy, ...Object.fromEntries(named) });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { ok: false, message: `What the client may do was not changed. ${problems.join(' ')}` };
  }
  const { group, allowedGroups } = parsed.data;
  if (
    group !== '' &&
    allowedGroups.length > 0 &&
    !allowedGroups.some((allowed) => sameGroup(allowed, group))
  ) {
    const message =
      `The client's own group is ${group}, which is not among the groups it may use: ${allowedGroups.join(', ')}. ` +
      `Allow that group too, or choose one of these.`;
    return { ok: false, message };
  }
  return { ok: true, policy: parsed.data };
}

/** Whether two names mean one group. Case does not matter, as in patterns. */
function sameGroup(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
