const rememberedResponses = 10_000;

/** What is remembered of earlier answers of /v1/responses: that they were, and in which language. Never what was said. */
export class ResponseMemory {
  readonly #russianById = new Map<string, boolean>();

  remember(id: string, russian: boolean): void {
    this.#russianById.set(id, russian);
    if (this.#russianById.size <= rememberedResponses) return;
    for (const oldest of this.#russianById.keys()) {
      this.#russianById.delete(oldest);
      return;
    }
  }

  /** Whether that answer was in Russian; undefined if it is not known. */
  wasRussian(id: string): boolean | undefined {
    return this.#russianById.get(id);
  }
}
