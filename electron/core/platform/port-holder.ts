import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

/**
 * Names the program that listens on a port of this computer, such as `nginx (pid 812)`; null where the system does not
 * tell. Asks Linux's `/proc`, `lsof` on macOS, `netstat` and `tasklist` on Windows; never rejects.
 */
export async function findPortHolder(port: number, platform: NodeJS.Platform): Promise<string | null> {
  try {
    if (platform === 'linux') return await findInProc(port);
    if (platform === 'win32') return await findByNetstat(port);
    return await findByLsof(port);
  } catch {
    return null;
  }
}

/** Sockets that listen (state 0A) are listed with their inode (proc_net(5)); a process holds it as `socket:[inode]`. */
async function findInProc(port: number): Promise<string | null> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set(
    tables
      .flatMap((table) => table.split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) && fields[3] === '0A')
      .map((fields) => `socket:[${fields[9] ?? ''}]`),
  );
  if (inodes.size === 0) return null;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      if (inodes.has(link)) return `${await nameProcess(pid)} (pid ${pid})`;
    }
  }
  return null;
}

/** The program's file name, as `comm` names threads of some programs; `comm` where the file may not be seen. */
async function nameProcess(pid: string): Promise<string> {
  const file = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return file === '' ? (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() : basename(file);
}

async function findByLsof(port: number): Promise<string | null> {
  const output = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const name = /^c(.+)$/m.exec(output)?.[1];
  return pid && name ? `${name} (pid ${pid})` : null;
}

async function findByNetstat(port: number): Promise<string | null> {
  const line = (await run('netstat', ['-ano', '-p', 'TCP'])).split('\n').find((text) => {
    const fields = text.trim().split(/\s+/);
    return fields[1]?.endsWith(`:${port}`) && fields[3] === 'LISTENING';
  });
  const pid = line?.trim().split(/\s+/)[4];
  if (!pid) return null;
  const name = /^"([^"]+)"/.exec(await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']))?.[1];
  return name ? `${name} (pid ${pid})` : `pid ${pid}`;
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 3_000, windowsHide: true }, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
  });
}
