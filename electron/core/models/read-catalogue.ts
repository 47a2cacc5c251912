import { catalogueModel, type CatalogueModel } from '../../../shared/contract/models.ts';
import { readField, scanJsonBody, type JsonBody } from '../body/json-body.ts';
import { findElements, findField, type JsonRange } from '../body/json-elements.ts';

/** An answer to `GET /models` in OpenAI's shape: `{"data": […]}`. */
export interface ModelListing {
  readonly bytes: Buffer;
  /** Where the byte after the `[` of the list lies. */
  readonly start: number;
  /** Every element of the list in its order, also those that are no models. */
  readonly elements: readonly ListedElement[];
  /** The models by their ids; of two with the same id the first. */
  readonly models: ReadonlyMap<string, ListedModel>;
  /** All groups that any model names. */
  readonly groups: ReadonlySet<string>;
}

/** One element of the list: where it lies, and what model it is; null for anything else. */
export interface ListedElement extends JsonRange {
  readonly listed: ListedModel | null;
}

/** A model of the list, and its bytes as they came: views of the answer's own. */
export interface ListedModel {
  readonly model: CatalogueModel;
  readonly bytes: Buffer;
  /** The value of `cost`; null where there is none. */
  readonly cost: Buffer | null;
  /** The value of `available_groups`; null where there is none. */
  readonly groups: Buffer | null;
}

/**
 * Reads the upstream's list of models; null for an answer of another shape, or with more than 10,000 elements. An element
 * counts as a model if it is an object with a text as its `id`. Groups are known where `available_groups` is a list of
 * texts; an empty one is taken for one that says nothing, since a model that nobody has would not be listed.
 */
export function readCatalogue(bytes: Buffer): ModelListing | null {
  const scanned = scanJsonBody([bytes]);
  if (!scanned.ok || !scanned.body.isObject) return null;
  const field = findField(scanned.body, 'data');
  const ranges = field === null ? null : findElements(field, maxElements);
  if (field === null || ranges === null) return null;

  const models = new Map<string, ListedModel>();
  const groups = new Set<string>();
  const elements = ranges.map(({ start, end }) => {
    const listed = readModel(bytes.subarray(start, end));
    if (listed !== null && !models.has(listed.model.id)) models.set(listed.model.id, listed);
    for (const group of listed?.model.groups ?? []) groups.add(group);
    return { start, end, listed };
  });
  return { bytes, start: field.valueStart + 1, elements, models, groups };
}

const maxElements = 10_000;
const maxNameBytes = 1_000;
/** A price list has some hundred bytes; what is longer, or deeper than such a length allows, is not for showing. */
const maxCostBytes = 2_000;
const maxGroupsBytes = 20_000;

function readModel(bytes: Buffer): ListedModel | null {
  const scanned = scanJsonBody([bytes]);
  if (!scanned.ok || !scanned.body.isObject) return null;
  const { body } = scanned;
  const id = readField(body, 'id', maxNameBytes);
  if (typeof id !== 'string') return null;
  const ownedBy = readField(body, 'owned_by', maxNameBytes);
  const model = {
    id,
    ownedBy: typeof ownedBy === 'string' ? ownedBy : null,
    cost: readCost(body),
    groups: readGroups(body),
  };
  return {
    model,
    bytes,
    cost: valueBytes(body, bytes, 'cost'),
    groups: valueBytes(body, bytes, 'available_groups'),
  };
}

/** A number beyond those of IEEE 754, such as 1e400, is none that the contract can carry. */
function readCost(body: JsonBody): CatalogueModel['cost'] {
  const cost = catalogueModel.shape.cost.safeParse(readField(body, 'cost', maxCostBytes));
  return cost.success ? cost.data : null;
}

function readGroups(body: JsonBody): string[] | null {
  const groups = readField(body, 'available_groups', maxGroupsBytes);
  const areNames =
    Array.isArray(groups) && groups.length > 0 && groups.every((group) => typeof group === 'string');
  return areNames ? groups : null;
}

function valueBytes(body: JsonBody, bytes: Buffer, name: string): Buffer | null {
  const field = findField(body, name);
  return field === null ? null : bytes.subarray(field.valueStart, field.valueEnd);
}
