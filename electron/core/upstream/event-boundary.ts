/**
 * Follows a stream of server-sent events and knows whether it stands between two events, where alone something may be
 * added to it: at its start, or behind an empty line. Lines end in LF, CR LF or CR
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream).
 */
export class EventBoundary {
  /** The last four bytes seen: as many as two line ends have. */
  #tail = '\n\n';

  see(chunk: Buffer): void {
    const last = chunk.toString('latin1', Math.max(0, chunk.length - 4));
    this.#tail = chunk.length >= 4 ? last : (this.#tail + last).slice(-4);
  }

  get isBetweenEvents(): boolean {
    // Of a CR LF the LF is still to come, and would be an empty line of its own behind what was added.
    if (this.#tail.endsWith('\n\r')) return false;
    return this.#tail.replaceAll('\r\n', '\n').replaceAll('\r', '\n').endsWith('\n\n');
  }
}
