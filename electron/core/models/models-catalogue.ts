import type { CatalogueModel, ModelCatalogue } from '../../../shared/contract/models.ts';
import type { Clock } from '../clock.ts';
import type { ModelsService } from '../host-services.ts';
import type { RawAnswer, RawOutcome } from '../upstream/ask-raw.ts';
import { Watched, type Watchable } from '../watched.ts';
import type { Look } from './judge-answer.ts';
import { KeptAnswer, type Given } from './kept-answer.ts';
import { readCatalogue, type ModelListing } from './read-catalogue.ts';

/** What the catalogue needs of the rest of the core. */
export interface ModelsCataloguePorts {
  readonly clock: Clock;
  /** Asks the upstream of the moment for a path behind its base path. Never rejects. */
  readonly ask: (path: string) => Promise<RawOutcome>;
}

/**
 * The upstream's models, as they are known at this moment: for the router, which cannot wait, for `GET /v1/models`, and for
 * the window. The list is asked for when somebody wants it and kept as `KeptAnswer` says.
 */
export class ModelsCatalogue {
  readonly #clock: Clock;
  readonly #kept: KeptAnswer;
  readonly #watched = new Watched<ModelCatalogue>(nothingYet);
  /** What the procedures may use. */
  readonly service: ModelsService = {
    catalogue: this.#watched,
    refresh: () => this.refresh(),
    prefetch: () => this.prefetch(),
  };
  /** The last good answer, and what it lists; null where its shape is not known. */
  #answer: RawAnswer | null = null;
  #listing: ModelListing | null = null;

  constructor({ clock, ask }: ModelsCataloguePorts) {
    this.#clock = clock;
    this.#kept = new KeptAnswer('/models', { clock, ask, onLook: (look) => this.#looked(look) });
  }

  /** The list for the window: now, and at each change. */
  get watchable(): Watchable<ModelCatalogue> {
    return this.#watched;
  }

  /** Whether there is a list; until then nothing is known of any model. */
  get isKnown(): boolean {
    return this.#listing !== null;
  }

  /** All groups that any model is known to have. */
  get groups(): ReadonlySet<string> {
    return this.#listing?.groups ?? noGroups;
  }

  /** A model of the list by its id; null if it is not listed, which does not mean that the upstream would refuse it. */
  known(id: string): CatalogueModel | null {
    return this.#listing?.models.get(id)?.model ?? null;
  }

  /** The groups that have a model; null where that is not known. */
  groupsOf(id: string): readonly string[] | null {
    return this.known(id)?.groups ?? null;
  }

  /** The `cost` of a model; null where it is not known or no number. */
  costOf(id: string): number | null {
    const cost = this.known(id)?.cost;
    return typeof cost === 'number' ? cost : null;
  }

  /** Has the list fetched if it is not known or old, and waits for nothing. */
  prefetch(): void {
    if (this.#kept.isDue) void this.#kept.get();
  }

  /** The answer to `GET /models`, kept or new. Rejects only if `signal` aborts, with its reason. */
  get(signal?: AbortSignal): Promise<Given> {
    return this.#kept.get(signal);
  }

  /** What an answer that `get` gave lists; null for one of another shape. */
  listingOf(answer: RawAnswer): ModelListing | null {
    if (answer === this.#answer) return this.#listing;
    return answer.status === 200 ? readCatalogue(answer.bytes) : null;
  }

  /** Asks the upstream again, whatever the age of the list; gives what is known then. */
  async refresh(): Promise<ModelCatalogue> {
    await this.#kept.refresh();
    return this.#watched.get();
  }

  /** Forgets the list, because upstream or key are others now. */
  forget(): void {
    this.#kept.forget();
    this.#answer = null;
    this.#listing = null;
    this.#watched.set(nothingYet);
  }

  #looked(look: Look): void {
    if ('trouble' in look) {
      const before = this.#watched.get();
      if (look.trouble !== before.trouble) this.#watched.set({ ...before, trouble: look.trouble });
      return;
    }
    this.#answer = look.answer;
    this.#listing = readCatalogue(look.answer.bytes);
    this.#watched.set({
      models: [...(this.#listing?.models.values() ?? [])].map(({ model }) => model),
      fetchedAt: this.#clock.wallMs(),
      trouble: this.#listing === null ? noList : null,
    });
  }
}

const nothingYet: ModelCatalogue = { models: [], fetchedAt: null, trouble: null };
const noGroups: ReadonlySet<string> = new Set();
const noList =
  'The upstream answered with something else than a list of models. Tools get it as it is; see whether the upstream’s address in the settings is right.';
