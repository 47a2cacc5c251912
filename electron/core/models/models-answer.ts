import type { RoutingSettings } from '../../../shared/routing-settings.ts';
import {
  aliasEntries,
  findGroupEntry,
  formatOwnEntry,
  groupEntries,
  hasGroup,
  type OwnEntry,
} from './own-entry.ts';
import type { ListedElement, ModelListing } from './read-catalogue.ts';

/**
 * The answer to `GET /v1/models`: the upstream's own bytes, without the models that are hidden, and with the aliases and,
 * if the settings want it, each model as `MODEL@GROUP` behind the last. What is left of the upstream's stays as it came,
 * byte for byte. A name is added only if nothing of that name is listed, and not if it is hidden itself.
 *
 * With a `group` only what that group has is listed, and what is not known to be elsewhere.
 */
export function buildModelsAnswer(
  listing: ModelListing,
  routing: RoutingSettings,
  group: string | null,
): Buffer {
  const hidden = new Set(routing.hiddenModels);
  const isListed = ({ listed }: ListedElement): boolean =>
    listed === null || (!hidden.has(listed.model.id) && (group === null || hasGroup(listed, group)));
  const left = listing.elements.filter(isListed);
  const added = ownEntries(listing, left, routing).filter(
    ({ id, group: own, target }) =>
      !hidden.has(id) &&
      (group === null || (own === null ? target === null || hasGroup(target, group) : own === group)),
  );
  if (left.length === listing.elements.length && added.length === 0) return listing.bytes;
  return splice(listing, new Set(left), added);
}

/**
 * The answer to `GET /v1/models/{id}`: the upstream's own bytes for a model of its list, also for one that is hidden, or
 * the entry of an alias or of a `MODEL@GROUP`. Null for a name that the list does not have: the upstream may know it. Without a
 * list there are still the aliases.
 */
export function findModelAnswer(
  listing: ModelListing | null,
  routing: RoutingSettings,
  id: string,
): Buffer | null {
  const listed = listing?.models.get(id);
  if (listed) return listed.bytes;
  const alias = aliasEntries(listing, routing).find((entry) => entry.id === id);
  const entry = alias ?? (listing && findGroupEntry(listing, id));
  return entry ? formatOwnEntry(entry) : null;
}

/** The names to add, each once. */
function ownEntries(
  listing: ModelListing,
  left: readonly ListedElement[],
  routing: RoutingSettings,
): OwnEntry[] {
  const models = left.flatMap(({ listed }) => listed ?? []);
  const entries = aliasEntries(listing, routing);
  if (routing.listGroupNames) entries.push(...models.flatMap(groupEntries));
  const names = new Set(models.map(({ model }) => model.id));
  return entries.filter(({ id }) => !names.has(id) && names.add(id));
}

/** The upstream's bytes with some elements left out, each with the separator before it, and others added behind the last. */
function splice(
  { bytes, start, elements }: ModelListing,
  left: ReadonlySet<ListedElement>,
  added: readonly OwnEntry[],
): Buffer {
  const first = elements[0]?.start ?? start;
  const pieces = [bytes.subarray(0, first)];
  let end = first;
  let isFirst = true;
  for (const element of elements) {
    if (left.has(element)) pieces.push(bytes.subarray(isFirst ? element.start : end, element.end));
    if (left.has(element)) isFirst = false;
    end = element.end;
  }
  for (const entry of added) {
    if (!isFirst) pieces.push(Buffer.from(','));
    pieces.push(formatOwnEntry(entry));
    isFirst = false;
  }
  pieces.push(bytes.subarray(end));
  return Buffer.concat(pieces);
}
