import type { Express } from 'express';
import { IncomingMessage, ServerResponse } from 'node:http';

/** The classes that a server makes its messages of: options of `http.createServer`. */
export interface MessageClasses {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Classes of messages that are born with the prototypes that Express would give each of them at its arrival. Changing an
 * object's prototype makes every later access to it slow; giving it the one it has already does nothing.
 */
export function messageClassesOf(app: Express): MessageClasses {
  return {
    IncomingMessage: bornAs(IncomingMessage, app.request),
    ServerResponse: bornAs(ServerResponse, app.response),
  };
}

/** Node's constructors are plain functions (https://nodejs.org/api/http.html), so they can fill an object of any prototype. */
function bornAs<Class extends object>(base: Class, prototype: object): Class {
  function Message(this: object, ...args: unknown[]): void {
    Reflect.apply(base as (...args: unknown[]) => void, this, args);
  }
  Message.prototype = prototype;
  return Message as unknown as Class;
}
