import type { IncomingMessage } from 'node:http';
import { refusalBody, type Refusal } from '../refusal.ts';
import type { Answer } from './answer.ts';
import type { RequestBody } from './request-body.ts';
import type { MutableRequestRecord } from './request-log.ts';

/** One request and its answer, as the endpoints of the demo upstream see it. */
export class DemoExchange {
  /** The answer's `x-request-id`. */
  readonly id: string;
  /** In capitals. */
  readonly method: string;
  /** The request target without its query. */
  readonly path: string;
  readonly request: IncomingMessage;
  readonly body: RequestBody;
  readonly answer: Answer;
  readonly record: MutableRequestRecord;

  constructor(request: IncomingMessage, body: RequestBody, answer: Answer, record: MutableRequestRecord) {
    this.id = record.id;
    this.method = record.method;
    this.path = record.path.split('?', 1)[0] ?? '/';
    this.request = request;
    this.body = body;
    this.answer = answer;
    this.record = record;
  }

  /** The request's `content-type` as sent, or ''. */
  get contentType(): string {
    return this.request.headers['content-type'] ?? '';
  }

  /** Answers with a whole body of known length. */
  async send(
    status: number,
    contentType: string,
    bytes: Buffer,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const open = await this.answer.open(status, {
      ...headers,
      'content-type': contentType,
      'content-length': String(bytes.length),
    });
    if (!open) return;
    this.answer.write(bytes);
    this.answer.end();
  }

  /** Answers with JSON. */
  async sendJson(value: unknown, status = 200, headers: Record<string, string> = {}): Promise<void> {
    await this.send(status, 'application/json', Buffer.from(JSON.stringify(value)), headers);
  }

  /** Answers with an error in OpenAI's shape, and reads away what is left of the request's body. */
  async refuse(refused: Refusal): Promise<void> {
    this.body.drain();
    await this.sendJson(refusalBody(refused), refused.status, { ...refused.headers });
  }
}
