/** `node pipe-server.ts PORT UPSTREAM_PORT`: passes everything on, unchanged; prints a line once it listens. */
import http from 'node:http';

const [port = 0, upstreamPort = 0] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 1024 });

const server = http.createServer((request, response) => {
  if (request.url === '/health') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"status":"ok"}');
    return;
  }
  const onward = http.request({
    agent,
    host: '127.0.0.1',
    port: upstreamPort,
    method: request.method,
    path: request.url,
    headers: { ...request.headers, host: `127.0.0.1:${upstreamPort}`, connection: 'keep-alive' },
  });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
    answer.on('error', () => response.destroy());
    answer.on('aborted', () => response.destroy());
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  request.pipe(onward);
});

server.keepAliveTimeout = 10 * 60_000;
server.requestTimeout = 0;
server.listen(port, '127.0.0.1', 4096, () => {
  const line = { proxy: `http://127.0.0.1:${port}/v1`, ui: null, clientKey: null, pid: process.pid };
  console.log(JSON.stringify(line));
});
process.stdin.on('end', () => process.exit(0)).resume();
