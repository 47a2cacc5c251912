import type { UpstreamRequest } from '../upstream/attempt.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { RequestContent } from './content/request-content.ts';
import { editsFor, type ExchangePlan } from './plan-exchange.ts';
import { hopHeader, nextHops, type RequestFacts } from './request-facts.ts';
import { joinPath } from './request-kind.ts';

/** What a request to the upstream is made of. */
export interface RequestParts {
  readonly method: string;
  /** What comes behind the upstream's base path. */
  readonly path: string;
  readonly facts: RequestFacts;
  readonly content: RequestContent;
  readonly plan: ExchangePlan;
  /** The group it goes to; null: the upstream chooses. */
  readonly group: string | null;
  /** The id of the conversation's last request, where it is to be added. */
  readonly previousRequestId: string | null;
  readonly authorization: string;
  /** Names this program among the proxies that the request has come through. */
  readonly instanceId: string;
}

/** Makes the request as it goes up: the client's own but for the fields and headers that the proxy adds or changes. */
export function buildUpstreamRequest({ basePath }: Upstream, parts: RequestParts): UpstreamRequest {
  const { method, path, facts, content, plan, authorization, instanceId } = parts;
  const { body, lengthHeader } = content.encode(editsFor(plan, parts.group, parts.previousRequestId));
  const headers = content.hasFields ? askForReadable(facts.passedUp) : [...facts.passedUp];
  headers.push('authorization', authorization, hopHeader, nextHops(facts, instanceId), ...lengthHeader);
  return { method, path: joinPath(basePath, path), headers, body };
}

/** The headers that go up, with an answer asked for that can be read on the side: one that is not compressed. */
function askForReadable(passedUp: readonly string[]): string[] {
  const headers: string[] = [];
  for (let index = 0; index < passedUp.length; index += 2) {
    const name = passedUp[index] as string;
    if (name !== 'accept-encoding') headers.push(name, passedUp[index + 1] as string);
  }
  headers.push('accept-encoding', 'identity');
  return headers;
}
