import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as bytes on the wire came to, when the server closed the connection. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Opens a connection to a port of 127.0.0.1 (or another host of this computer). */
export async function openSocket(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

/** Sends bytes as they are and reads until the server closes; asks it to by `Connection: close` where the bytes say so. */
export async function sendRaw(port: number, bytes: string | Buffer, host?: string): Promise<RawAnswer> {
  const socket = await openSocket(port, host);
  const answer = readUntilClose(socket);
  socket.write(bytes);
  return await answer;
}

/** Reads all that comes until the connection is closed. */
export async function readUntilClose(socket: Socket): Promise<RawAnswer> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  // Not `once`, which rejects for an error: a reset is an end like any other here.
  if (!socket.closed) await new Promise((resolve) => socket.on('close', resolve));
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
}

/** Resolves once the text that has come on the socket, from now on, contains `expected`. */
export async function waitForText(socket: Socket, expected: string): Promise<string> {
  let text = '';
  return await new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!text.includes(expected)) return;
      socket.off('data', onData);
      resolve(text);
    };
    socket.on('data', onData);
    socket.once('close', () => reject(new Error(`closed before "${expected}" came, after: ${text}`)));
  });
}
