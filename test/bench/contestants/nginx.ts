import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { childrenOf } from '../process-figures.ts';
import { type Contestant, type Place, plainRoute } from './contestant.ts';

const program = '/usr/sbin/nginx';

/** nginx as a reverse proxy without buffering, one worker, kept-alive connections; null where it is not installed. */
export function findNginx(): Contestant | null {
  if (!existsSync(program)) return null;
  return {
    name: 'nginx',
    about: 'nginx, one worker, buffering off',
    announces: false,
    healthPath: '/health',
    route: plainRoute,
    workers: (child) => (child.pid === undefined ? [] : childrenOf(child.pid)),
    command: (place) => {
      const file = path.join(place.folder, 'nginx.conf');
      mkdirSync(place.folder, { recursive: true });
      writeFileSync(file, configuration(place));
      return { program, args: ['-c', file, '-p', place.folder, '-e', path.join(place.folder, 'error.log')] };
    },
  };
}

function configuration(place: Place): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${path.join(place.folder, name)};`,
  );
  return `${user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
pid ${path.join(place.folder, 'nginx.pid')};
error_log ${path.join(place.folder, 'error.log')} crit;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_max_body_size 0;
${temporary.join('\n')}
  upstream bench {
    server 127.0.0.1:${place.upstreamPort};
    keepalive 64;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
  }
  server {
    listen 127.0.0.1:${place.port} backlog=4096;
    location = /health { return 200 '{"status":"ok"}'; }
    location / {
      proxy_pass http://bench;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;
}
