import { createHash } from 'node:crypto';
import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from '../http/exchange.ts';
import { refusal } from '../refusal.ts';
import { seededRandom } from '../seeded-random.ts';

const pieceBytes = 64 * 1024;
const mostBytes = 16 * 1024 ** 3;

/** POST /v1/demo/echo: `{bytes, sha256, contentType}` of the body, read with constant memory. For tests of uploads. */
export async function echo(_state: DemoState, exchange: DemoExchange): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of exchange.body.pieces()) hash.update(piece);
  await exchange.sendJson({
    bytes: exchange.record.bodyBytes,
    sha256: hash.digest('hex'),
    contentType: exchange.contentType,
  });
}

/** POST /v1/demo/mirror: the very bytes of the body, sent back as they come, with its content type. */
export async function mirror(_state: DemoState, exchange: DemoExchange): Promise<void> {
  const { answer, body, contentType } = exchange;
  const type = contentType === '' ? 'application/octet-stream' : contentType;
  if (!(await answer.open(200, { 'content-type': type }))) return;
  for await (const piece of body.pieces()) {
    if (!answer.write(piece)) await answer.room();
  }
  answer.end();
}

/** GET /v1/demo/bytes/N: N pseudo-random bytes (at most 16 GiB), the same ones each time. */
export async function pseudoRandomBytes(
  _state: DemoState,
  exchange: DemoExchange,
  wanted: string,
): Promise<void> {
  const total = /^\d{1,12}$/.test(wanted) ? Number(wanted) : Infinity;
  if (total > mostBytes) {
    const message = `Ask for a number of bytes up to ${mostBytes}, such as /v1/demo/bytes/1000.`;
    return exchange.refuse(refusal(400, 'invalid_byte_count', message));
  }
  const { answer } = exchange;
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(total) };
  if (!(await answer.open(200, headers))) return;
  const random = seededRandom(1);
  for (let left = total; left > 0 && !answer.gone.aborted; left -= pieceBytes) {
    const words = Uint32Array.from({ length: pieceBytes / 4 }, () => random() * 0x1_0000_0000);
    const piece = new Uint8Array(words.buffer).subarray(0, Math.min(left, pieceBytes));
    if (!answer.write(piece)) await answer.room();
  }
  answer.end();
}
