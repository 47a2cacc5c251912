import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { createPictureKeeper } from '../files/keep-picture.ts';
import { createImageRewriter } from '../files/image-rewriter.ts';
import { answerFile } from './answer-file.ts';
import { identify } from './client-guard.ts';
import { answerRefusal } from './answer-refusal.ts';
import { answerPreflight, corsHeaders, isPreflight } from './cors.ts';
import { Exchange } from './exchange.ts';
import { answerHealth, answerRoot } from './health.ts';
import { createHostGuard } from './host-guard.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { ExchangeDependencies, ProxyDependencies } from './proxy-dependencies.ts';
import { QueuePlaces } from './queue-places.ts';
import type { Refusal } from './refusal.ts';
import { readRequestFacts, type RequestFacts } from './request-facts.ts';
import { readRequestTarget } from './request-target.ts';

/**
 * The door: an Express application for a listener, whose `port` is known once it listens. The order of the guards is Host,
 * Origin, client key; all of them come before a byte of the body is read.
 */
export function createProxyApp(
  dependencies: ProxyDependencies,
  port: () => number,
  open: OpenExchanges,
): Express {
  const checkHost = createHostGuard(port);
  const keepPicture = createPictureKeeper(dependencies.files, port);
  const places = new QueuePlaces(dependencies.clock, open, () => dependencies.admission.waiting);
  const exchangeDependencies: ExchangeDependencies = {
    ...dependencies,
    createPictureRewriter: (head) => createImageRewriter(head, keepPicture),
    queueMoved: () => places.moved(),
  };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);

  app.use((request: Request, response: Response) => {
    const facts = readRequestFacts(request.rawHeaders, dependencies.goesUp);
    const target = readRequestTarget(request.url);
    const foreign = dependencies.originChecks().atDoor(facts);
    const strange =
      (target.kind === 'invalid' ? invalidTarget(target.message) : null) ??
      (request.method === 'TRACE' ? traceRefused : null) ??
      checkHost(facts) ??
      // A picture's name is a secret of its own, and pages show it without asking by the rules of CORS.
      (target.kind === 'file' ? null : foreign);
    const refusal = strange ?? open.ending ?? checkHops(facts, dependencies.instanceId);
    const added = facts.origin === null || (strange ?? foreign) !== null ? [] : corsHeaders(facts.origin);
    if (dependencies.isDemo()) added.push('x-cody-demo', 'true');
    if (refusal === null) {
      if (facts.origin !== null && isPreflight(request)) {
        return answerPreflight(request, response, facts.origin);
      }
      const { version, clock, files } = dependencies;
      if (target.kind === 'health') return answerHealth(request, response, version, added, clock);
      if (target.kind === 'root') return answerRoot(request, response, version, port(), added, clock);
      if (target.kind === 'file') return answerFile(request, response, target.name, files, added, clock);
    }
    const exchange = new Exchange(request, response, facts, added, exchangeDependencies, (closed) =>
      open.close(closed),
    );
    open.add(exchange);
    const identified = refusal === null ? identify(facts, dependencies) : { refusal };
    if ('refusal' in identified) exchange.refuse(identified.refusal);
    else if (target.kind === 'upstream') exchange.start(identified, target);
  });

  const answerError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    dependencies.reportError(error);
    if (response.headersSent) response.destroy();
    else answerRefusal(request, response, internalError, [], dependencies.clock);
  };
  app.use(answerError);
  return app;
}

/** An upstream that echoes what it gets, as TRACE asks (RFC 9110, section 9.3.8), would show the Cody key. */
const traceRefused: Refusal = {
  code: 'method_not_allowed',
  message: 'TRACE is not passed on. Use another method.',
};

const internalError: Refusal = {
  code: 'internal_error',
  message:
    'Something in Cody Desktop went wrong. Try again; if it comes back, please report it with what you did.',
};

function invalidTarget(message: string): Refusal {
  return { code: 'invalid_request_target', message };
}

function checkHops(facts: RequestFacts, instanceId: string): Refusal | null {
  if (facts.hops === null) return null;
  const hops = facts.hops.split(',').map((hop) => hop.trim());
  if (!hops.includes(instanceId) && hops.length < 8) return null;
  return {
    code: 'loop_detected',
    message:
      'This request came back to the proxy that had sent it. Set the upstream to the Cody API, not to this proxy.',
  };
}
