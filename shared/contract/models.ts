import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

/** A model as the upstream lists it. */
export const catalogueModel = z.object({
  id: z.string(),
  ownedBy: z.string().nullable(),
  /** As given: a number, a text or an object, whose unit is not known; null where there is none. */
  cost: z.json().nullable(),
  /** The groups of providers that have it; null where the upstream does not say. */
  groups: z.array(z.string()).nullable(),
});

/** The upstream's models and how fresh the list is. */
export const modelCatalogue = z.object({
  models: z.array(catalogueModel),
  /** When the list came, in milliseconds since 1970; null before the first. */
  fetchedAt: z.number().nullable(),
  /** Why the last look failed, in a sentence; null if it did not. The list is then the one before. */
  trouble: z.string().nullable(),
});

/** A model as the upstream lists it. */
export type CatalogueModel = z.infer<typeof catalogueModel>;
/** The upstream's models and how fresh the list is. */
export type ModelCatalogue = z.infer<typeof modelCatalogue>;

export const modelsContract = {
  /** The list now, and again at each change. The first reader of a while has it fetched. */
  watch: oc.output(eventIterator(modelCatalogue)),
  /** Asks the upstream again, whatever the age of the list; answers with what is known then. */
  refresh: oc.output(modelCatalogue),
};
