import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';

/** A real upstream whose answers a test writes. */
export interface TestUpstream extends AsyncDisposable {
  /** Its base URL, `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  readonly port: number;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** An upstream on port 0 that answers each request by `answer`. */
export async function startHttpUpstream(answer: Answer): Promise<TestUpstream> {
  const server = createServer((request, response) => void answer(request, response));
  return await listening(server, () => server.closeAllConnections());
}

/** An upstream on port 0 that speaks in bytes: `speak` is called with each connection once the request's head has come. */
export async function startTcpUpstream(speak: (socket: Socket, head: string) => void): Promise<TestUpstream> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    let head = '';
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      speak(socket, head);
    };
    socket.on('data', onData);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  return await listening(server, () => {
    for (const socket of sockets) socket.destroy();
  });
}

/** The bytes of a request's body, once it is complete. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function listening(
  server: Server | ReturnType<typeof createTcpServer>,
  endAll: () => void,
): Promise<TestUpstream> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      endAll();
      await closed;
    },
  };
}
