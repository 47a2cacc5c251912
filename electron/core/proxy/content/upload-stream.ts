import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Clock } from '../../clock.ts';

/** What a stream of an upload needs. */
export interface UploadStreamOptions {
  readonly clock: Clock;
  /** How long a client may be silent though it is not held back. */
  readonly idleMs: number;
  /** Called once when it was. */
  readonly onIdle: () => void;
  /** Called with the size of each piece that comes from the client. */
  readonly onBytes: (byteCount: number) => void;
  /** Called now and then to get rid of pieces that have passed. */
  readonly freeMemory: () => void;
}

/**
 * A stream of a request's body for the upstream, with constant memory: the client is held back when the upstream is
 * slow. It stands between the two because undici destroys the stream that it sends, and a destroyed request would take
 * the answer's connection with it. It fails when the client goes away. What was read of the body already comes first, as
 * `head`.
 */
export function streamUpload(
  request: IncomingMessage,
  head: readonly Buffer[],
  { clock, idleMs, onIdle, onBytes, freeMemory }: UploadStreamOptions,
): PassThrough {
  const upload = new PassThrough({ highWaterMark: 256 * 1024 });
  for (const piece of head) upload.write(piece);
  const timer = clock.setTimer(idleMs, () => {
    if (request.isPaused() || upload.writableNeedDrain) timer.refresh();
    else onIdle();
  });
  let bytesSinceFreed = 0;
  request.on('data', (chunk: Buffer) => {
    timer.refresh();
    onBytes(chunk.length);
    bytesSinceFreed += chunk.length;
    if (bytesSinceFreed < freeEveryBytes) return;
    bytesSinceFreed = 0;
    freeMemory();
  });
  request.once('end', () => timer.cancel());
  request.once('close', () => {
    timer.cancel();
    if (!request.complete) upload.destroy(new Error('the client went away'));
  });
  upload.once('close', () => {
    timer.cancel();
    // The answer may be there before the body is: the rest is read and dropped, so that the client can read the answer.
    request.unpipe(upload);
    request.resume();
  });
  // undici hears of the failure too; without a listener here it would end the process.
  upload.on('error', () => undefined);
  request.pipe(upload);
  return upload;
}

const freeEveryBytes = 8 * 1024 * 1024;
