import type { Client } from '../../../shared/contract/clients.ts';
import type { Refusal } from '../proxy/refusal.ts';

/** A group was asked for that the model is not in: names those it is in. */
export function refuseUnavailable(group: string, model: string, groups: readonly string[]): Refusal {
  const has =
    groups.length === 0
      ? 'It is in no group at present.'
      : `It is in: ${groups.join(', ')}. Ask for one of these, or for none.`;
  return {
    code: 'group_not_available',
    message: `The model "${shorten(model)}" is not in the group "${shorten(group)}". ${has}`,
    param: 'group',
    remedy: { kind: 'use_group', model: shorten(model), groups: [...groups] },
  };
}

/** A client asked for a group that it may not use, or for a model that is only in such groups. */
export function refuseGroup(client: Client, groups: readonly string[]): Refusal {
  const [first] = groups;
  const what =
    first === undefined
      ? 'This model is in none of the groups that'
      : `The group "${shorten(groups.join('", "'))}" is not among those that`;
  return {
    code: 'group_not_allowed',
    message: `${what} the client "${client.name}" may use (${client.policy.allowedGroups.join(', ')}). Allow it among the clients of Cody Desktop, or ask for another.`,
    param: 'group',
    // A longer name could not be put on the list.
    ...(first === undefined || first.length > longestGroup
      ? {}
      : { remedy: { kind: 'allow_group', clientId: client.id, group: first } }),
  };
}

/** A client asked for a model that it may not use. */
export function refuseModel(client: Client, model: string): Refusal {
  return {
    code: 'model_not_allowed',
    message: `The client "${client.name}" may not use the model "${shorten(model)}". Allow it among the clients of Cody Desktop, or use one of: ${shorten(client.policy.allowedModels.join(', '))}.`,
    param: 'model',
    ...(model.length > longestModel ? {} : { remedy: { kind: 'allow_model', clientId: client.id, model } }),
  };
}

/** A client that may not use everything sent a body that does not show what it asks for. */
export function refuseUnreadable(client: Client): Refusal {
  return {
    code: client.policy.allowedModels.length > 0 ? 'model_not_allowed' : 'group_not_allowed',
    message: `The client "${client.name}" may use only some models or groups, and this body does not show which it asks for. Send JSON, or a form with its fields before its files, without Content-Encoding.`,
  };
}

const longestGroup = 100;
const longestModel = 200;

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
