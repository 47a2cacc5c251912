import type { IncomingMessage } from 'node:http';
import { JsonScanner } from '../../body/json-scanner.ts';
import { countBytes } from '../../body/pieces.ts';
import { finishJsonBody, type JsonBody } from '../../body/json-body.ts';
import type { Clock } from '../../clock.ts';
import type { Refusal } from '../refusal.ts';

/** The largest JSON body that is taken: 64 MiB. */
export const maxJsonBodyBytes = 64 * 1024 * 1024;

/** What reading a body came to. `gone`: the client went away before the body was complete. */
export type ReadBodyResult =
  | { readonly kind: 'body'; readonly body: JsonBody }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'gone' };

/**
 * Reads a JSON body into its pieces and checks it as it comes, so that no turn of the event loop has more to do than one
 * piece. Refuses what is too large (before reading it, where the length is announced), malformed, or not sent to its
 * end: a client that is silent for `idleMs` is not waited for. Calls `onStart` before the first byte is read, if any is to
 * be, and `done` exactly once.
 */
export function readJsonBody(
  request: IncomingMessage,
  announcedBytes: number | null,
  idleMs: number,
  clock: Clock,
  onStart: () => void,
  done: (result: ReadBodyResult) => void,
): void {
  if (announcedBytes !== null && announcedBytes > maxJsonBodyBytes) {
    done({ kind: 'refused', refusal: tooLarge });
    return;
  }
  onStart();
  const scanner = new JsonScanner();
  const pieces: Buffer[] = [];
  let joinedCount = 0;
  let byteCount = 0;
  const timer = clock.setTimer(idleMs, () => finish({ kind: 'refused', refusal: tooSlow(idleMs) }));
  const onData = (piece: Buffer): void => {
    timer.refresh();
    byteCount += piece.length;
    pieces.push(piece);
    if (pieces.length - joinedCount === joinEveryPieces) {
      joinSmallPieces(pieces, joinedCount);
      joinedCount = pieces.length;
    }
    if (byteCount > maxJsonBodyBytes) finish({ kind: 'refused', refusal: tooLarge });
    else if (scanner.write(piece) !== null) onEnd();
  };
  const onEnd = (): void => {
    const result = finishJsonBody(scanner, pieces);
    finish(
      result.ok
        ? { kind: 'body', body: result.body }
        : { kind: 'refused', refusal: { code: 'invalid_json', message: result.message } },
    );
  };
  const onClose = (): void => finish({ kind: 'gone' });
  const finish = (result: ReadBodyResult): void => {
    timer.cancel();
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    done(result);
  };
  request.on('data', onData).on('end', onEnd).on('close', onClose);
}

/** Joins the pieces from `from` on, if they are small: each has a cost of its own that is many times a few bytes. */
function joinSmallPieces(pieces: Buffer[], from: number): void {
  const tail = pieces.slice(from);
  if (countBytes(tail) < tail.length * 1024) pieces.splice(from, tail.length, Buffer.concat(tail));
}

const joinEveryPieces = 256;

const tooLarge: Refusal = {
  code: 'request_too_large',
  message:
    'The JSON body is larger than 64 MiB. Send large files as multipart/form-data, or make pictures smaller.',
};

function tooSlow(idleMs: number): Refusal {
  return {
    code: 'request_timeout',
    message: `No more of the request body came for ${Math.round(idleMs / 1000)} s. Send it again, to its end.`,
  };
}
