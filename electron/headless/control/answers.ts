import type { ServerResponse } from 'node:http';
import type { RendererFile } from './renderer-files.ts';

/** Sends one sentence as plain text. The body of the request, if it was not read, is dropped with the connection. */
export function sendSentence(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${sentence}\n`);
}

/** Sends an error in oRPC's own shape, so that the page's client gives an `ORPCError` with this code and sentence. */
export function sendRpcError(
  response: ServerResponse,
  error: { code: string; status: number; message: string },
): void {
  response.writeHead(error.status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ json: { defined: false, ...error } }));
}

/** Sends a page with a Content-Security-Policy of its own. */
export function sendPage(
  response: ServerResponse,
  status: number,
  page: { html: string; contentSecurityPolicy: string },
): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': page.contentSecurityPolicy,
  });
  response.end(page.html);
}

/** Sends a file of the built renderer. */
export function sendFile(response: ServerResponse, file: RendererFile): void {
  response.writeHead(200, {
    'content-type': file.contentType,
    'content-length': file.contents.byteLength,
    'cache-control': file.cacheControl,
  });
  response.end(file.contents);
}
