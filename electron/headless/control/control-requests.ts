import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendFile, sendPage, sendRpcError, sendSentence } from './answers.ts';
import { renderEnterPage, type EnterPageReason } from './enter-page.ts';
import type { RendererFiles } from './renderer-files.ts';
import { guardRequest } from './request-guard.ts';
import { rpcPrefix, type RpcDoor } from './rpc-door.ts';
import { securityHeaders } from './security-headers.ts';
import { formatSessionCookie, readSessionCookies } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

/** What the control server's requests are answered from. */
export interface ControlRequestsOptions {
  readonly port: number;
  readonly version: string;
  readonly sessions: Sessions;
  readonly rendererFiles: RendererFiles;
  readonly rpcDoor: RpcDoor;
  readonly reportError: (error: unknown) => void;
}

/** Answers one request: guard, then the one-time link, procedures, or files of the page. Never rejects. */
export function createRequestListener(options: ControlRequestsOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(options, request, response).catch((error: unknown) => {
      options.reportError(error);
      if (response.headersSent) response.destroy();
      else sendSentence(response, 500, 'Something went wrong inside Cody Desktop. Try again.');
    });
  };
}

async function answer(
  options: ControlRequestsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const verdict = guardRequest(request, options.port);
  if (!verdict.allowed) return sendSentence(response, verdict.status, verdict.message);

  const target = splitTarget(request.url ?? '/');
  const hasSession = options.sessions.holds(readSessionCookies(request.headers.cookie, options.port));
  if (target.path.startsWith(`${rpcPrefix}/`)) return answerRpc(options, request, response, hasSession);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return sendSentence(response, 405, 'Only GET and HEAD are answered here.');
  }
  if (target.path === '/enter') return answerEnter(options, request, response, hasSession, target.query);
  return answerFile(options, request, response, hasSession, target.path);
}

async function answerRpc(
  { rpcDoor }: ControlRequestsOptions,
  request: IncomingMessage,
  response: ServerResponse,
  hasSession: boolean,
): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return sendRpcError(response, {
      code: 'METHOD_NOT_SUPPORTED',
      status: 405,
      message: 'Call procedures with POST.',
    });
  }
  if (!hasSession) {
    return sendRpcError(response, {
      code: 'UNAUTHORIZED',
      status: 401,
      message:
        'This browser has no session. Look at the terminal where Cody Desktop runs: press Enter there for a new link.',
    });
  }
  // Pages may send these three types to anyone without asking first (Fetch standard, "simple" requests); we never do.
  if (
    /^(?:text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)/i.test(
      request.headers['content-type'] ?? '',
    )
  ) {
    return sendRpcError(response, { code: 'UNSUPPORTED_MEDIA_TYPE', status: 415, message: 'Send JSON.' });
  }
  const matched = await rpcDoor.handle(request, response);
  if (!matched)
    sendRpcError(response, { code: 'NOT_FOUND', status: 404, message: 'There is no such procedure.' });
}

function answerEnter(
  options: ControlRequestsOptions,
  request: IncomingMessage,
  response: ServerResponse,
  hasSession: boolean,
  query: URLSearchParams,
): void {
  // A browser that only guesses the link will be opened must not spend it (Sec-Purpose, Fetch standard).
  if (request.method === 'HEAD' || /prefetch/i.test(String(request.headers['sec-purpose'] ?? ''))) {
    return sendSentence(response, 503, 'Open the link to use it.');
  }
  const token = options.sessions.enter(query.get('token') ?? '');
  if (token !== null) response.setHeader('set-cookie', formatSessionCookie(options.port, token));
  else if (!hasSession) return answerEnterPage(options, request, response, 'link_spent');
  response.writeHead(303, { location: '/' });
  response.end();
}

async function answerFile(
  options: ControlRequestsOptions,
  request: IncomingMessage,
  response: ServerResponse,
  hasSession: boolean,
  urlPath: string,
): Promise<void> {
  if (!hasSession) return answerEnterPage(options, request, response, 'no_session');
  const file = await options.rendererFiles.read(urlPath);
  if (file) return sendFile(response, file);
  if (urlPath === '/') return answerEnterPage(options, request, response, 'page_not_built');
  return sendSentence(response, 404, 'There is nothing here. Open the page at its start: /');
}

function answerEnterPage(
  options: ControlRequestsOptions,
  request: IncomingMessage,
  response: ServerResponse,
  reason: EnterPageReason,
): void {
  const acceptLanguage = request.headers['accept-language'];
  const status = reason === 'page_not_built' ? 503 : reason === 'link_spent' ? 410 : 401;
  sendPage(response, status, renderEnterPage({ reason, acceptLanguage, version: options.version }));
}

/** The path is taken as sent, neither decoded nor normalised: it is only ever compared. */
function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const [path = '/', query = ''] = target.split('?', 2);
  return { path, query: new URLSearchParams(query) };
}
