import { type BodyName, makeBody } from '../bodies.ts';
import type { RequestShape } from '../jobs.ts';
import { idPlaceholder } from '../upstream-mode.ts';

/** Makes the bytes of requests, each body only once. */
export class RequestBytes {
  readonly #bodies = new Map<BodyName, Buffer>();

  /** The whole request; `id` takes the placeholder's place in its head. */
  of(request: RequestShape, id = ''): Buffer {
    const body = this.#bodies.get(request.body) ?? makeBody(request.body);
    this.#bodies.set(request.body, body);
    const length = request.body === 'none' ? '' : `content-length: ${body.length}\r\n`;
    const head = `${request.head.replaceAll(idPlaceholder, id)}${length}\r\n`;
    return Buffer.concat([Buffer.from(head, 'latin1'), body]);
  }
}
