import type { Socket } from 'node:net';
import { proxyErrors } from '../../../shared/proxy-error.ts';
import type { Exchange } from './exchange.ts';
import { refusalBody, refusalHeaders, type Refusal } from './refusal.ts';

/**
 * Answers what Node's parser refused, such as two lengths that contradict each other, with an error in OpenAI's shape,
 * and closes the connection: nothing after a malformed message can be trusted to begin where it seems to. An exchange
 * that is open on the connection is ended so itself.
 */
export function answerMalformed(
  error: NodeJS.ErrnoException,
  socket: Socket,
  open: Exchange | undefined,
): void {
  // An end in the middle of a message is a client that went away.
  if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = describe(error.code ?? '');
  if (open !== undefined) {
    open.refuse(refusal);
    socket.destroySoon();
    return;
  }
  const { status } = proxyErrors[refusal.code];
  const body = JSON.stringify(refusalBody(refusal));
  const headers = [...refusalHeaders(refusal, Buffer.byteLength(body)), 'connection', 'close'];
  const lines = headers.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${headers[index + 1] ?? ''}`] : [],
  );
  socket.end(`HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function describe(code: string): Refusal {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        code: 'request_timeout',
        message: 'The request was not sent to its end in time. Send it again.',
      };
    case 'HPE_HEADER_OVERFLOW':
      return {
        code: 'request_headers_too_large',
        message: 'The request headers are larger than 64 KiB. Send fewer or shorter ones.',
      };
    default:
      return {
        code: 'malformed_http',
        message:
          'This is not a well-formed HTTP/1.1 request. Check the tool that sent it, or use http:// instead of https://.',
      };
  }
}
