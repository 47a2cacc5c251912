import type { IncomingMessage } from 'node:http';
import { formBodyOf } from '../../body/form-body.ts';
import { MultipartScanner } from '../../body/multipart-scanner.ts';
import type { Clock } from '../../clock.ts';
import { FormContent, type FormRest } from './form-content.ts';

/** Forms up to this size are collected, so that they can be sent again to another group: 32 MiB. */
export const maxCollectedFormBytes = 32 * 1024 * 1024;
/** How much of a larger one is looked at for its fields. */
const lookedAtBytes = 256 * 1024;

/** What reading a form came to. `gone`: the client went away first; `idle`: it fell silent. */
export type ReadFormResult =
  | { readonly kind: 'form'; readonly content: FormContent; readonly byteCount: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'idle' };

/**
 * Reads a multipart form: whole up to `maxCollectedFormBytes`, or the beginning of a larger one, whose rest then waits with
 * the client until `streamBehind` makes a stream of it. A client that is silent for `idleMs` is not waited for. Calls `done`
 * exactly once.
 */
export function readFormBody(
  request: IncomingMessage,
  boundary: string,
  announcedBytes: number | null,
  idleMs: number,
  clock: Clock,
  streamBehind: FormRest['streamBehind'],
  done: (result: ReadFormResult) => void,
): void {
  const isLarge = announcedBytes !== null && announcedBytes > maxCollectedFormBytes;
  const mostBytes = isLarge ? lookedAtBytes : maxCollectedFormBytes;
  const scanner = new MultipartScanner(boundary);
  const pieces: Buffer[] = [];
  let byteCount = 0;
  const timer = clock.setTimer(idleMs, () => finish({ kind: 'idle' }));
  const onData = (piece: Buffer): void => {
    timer.refresh();
    byteCount += piece.length;
    pieces.push(piece);
    scanner.write(piece);
    if (byteCount < mostBytes || byteCount === announcedBytes) return;
    request.pause();
    finishWith({ announcedBytes, streamBehind });
  };
  const finishWith = (rest: FormRest | null): void => {
    const content = new FormContent(formBodyOf(scanner, pieces, byteCount), rest);
    finish({ kind: 'form', content, byteCount });
  };
  const onEnd = (): void => finishWith(null);
  const onClose = (): void => finish({ kind: 'gone' });
  const finish = (result: ReadFormResult): void => {
    timer.cancel();
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    done(result);
  };
  request.on('data', onData).on('end', onEnd).on('close', onClose);
}
