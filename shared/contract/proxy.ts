import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

/** Why the proxy could not be switched on, and what would mend it. */
export const listenFailure = z.object({
  code: z.enum(['port_in_use', 'port_forbidden', 'address_unavailable', 'listen_failed']),
  /** One sentence for people: what happened and what to do. */
  message: z.string(),
  port: z.int(),
  /** The program that holds the port, such as `nginx (pid 812)`, where the system tells. */
  holder: z.string().nullable(),
  /** The next port that is free, as an offer. */
  nextFreePort: z.int().nullable(),
});

export const proxyState = z.object({
  /** Where the proxy is on its way between off and on. */
  phase: z.enum(['off', 'starting', 'on', 'ending', 'failed']),
  /** What the user wants; survives restarts. */
  wish: z.enum(['unset', 'on', 'off']),
  /** The base URL for clients, such as `http://127.0.0.1:2639/v1`, while the proxy is on. */
  baseUrl: z.string().nullable(),
  /** Each address that is really listened on, such as `127.0.0.1:2639` and `[::1]:2639`. */
  addresses: z.array(z.string()),
  failure: listenFailure.nullable(),
});

/** Why the proxy could not be switched on. */
export type ListenFailure = z.infer<typeof listenFailure>;
/** The proxy's state: one value, seen alike by the window, the tray and the command line. */
export type ProxyState = z.infer<typeof proxyState>;

export const proxyContract = {
  /** The state now. */
  getState: oc.output(proxyState),
  /** The state now, and again at each change, until the caller goes away. */
  watchState: oc.output(eventIterator(proxyState)),
  /** Switches the proxy on or off and remembers the wish; answers once it is on, off or failed. */
  setWish: oc.input(z.object({ wish: z.enum(['on', 'off']) })).output(proxyState),
};
