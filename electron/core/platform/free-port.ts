import { createServer, type AddressInfo } from 'node:net';

/** A port that can be listened on at 127.0.0.1 now: one of the fifty after `port`, else any; null if there is none. */
export async function findFreePort(port: number): Promise<number | null> {
  for (let candidate = port + 1; candidate <= Math.min(port + 50, 65_535); candidate++) {
    if ((await tryPort(candidate)) !== null) return candidate;
  }
  // Windows reserves whole blocks of ports.
  return await tryPort(0);
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ host: '127.0.0.1', port }, () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}
