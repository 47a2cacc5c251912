import { RPCHandler } from '@orpc/server/message-port';
import { app, BrowserWindow, ipcMain, net, protocol, shell } from 'electron';
import { fileURLToPath, pathToFileURL } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { readArguments } from '../core/command-line.ts';
import { openDataFolder } from '../core/data-folder/data-folder.ts';
import { nodeHostPorts, usualDataFolder } from '../core/node-host-ports.ts';
import { createHost } from '../core/host.ts';
import { createRouter } from '../core/procedures/router.ts';
import { isTrustedSender, pageUrl, resolvePageFile } from './page.ts';

/** Ends the program with a sentence on the terminal. */
function giveUp(message: string): void {
  process.stderr.write(`${message}\n`);
  app.exit(1);
}

/** The window: sandboxed, with nothing but the built renderer in it. */
function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.setWindowOpenHandler(({ url }) => {
    if (url.startsWith('https://')) void shell.openExternal(url);
    return { action: 'deny' };
  });
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  void window.loadURL(pageUrl);
  return window;
}

async function start(): Promise<void> {
  const args = readArguments(process.argv.slice(app.isPackaged ? 1 : 2));
  if (args.kind === 'wrong') return giveUp(args.message);
  const { overrides = {}, dataFolder } = args.kind === 'run' ? args.options : {};
  const folder = await openDataFolder(dataFolder ?? usualDataFolder());
  if (!folder.ok) return giveUp(folder.message);
  const ports = nodeHostPorts();
  const created = await createHost({
    ...ports,
    dataFolder: folder.folder,
    version: packageJson.version,
    overrides,
  });
  if (!created.ok) return giveUp(created.problems.map(({ message }) => message).join('\n'));
  const { host } = created;
  await host.start('only-if-on');

  const rpc = new RPCHandler(createRouter(host.services, ports.reportError));
  ipcMain.on('cody-door', (event) => {
    const [port] = event.ports;
    if (!port || !isTrustedSender(event.senderFrame?.url)) return;
    rpc.upgrade(port);
    port.start();
  });

  await app.whenReady();
  protocol.handle('app', async (request) => {
    const file = resolvePageFile(request.url, fileURLToPath(new URL('../renderer/', import.meta.url)));
    return file === null
      ? new Response('Not found', { status: 404 })
      : await net.fetch(pathToFileURL(file).href);
  });
  let window = openWindow();
  app.on('second-instance', () => {
    if (window.isDestroyed()) window = openWindow();
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (window.isDestroyed()) window = openWindow();
  });
  let ended = false;
  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    ended = true;
    void host
      .close(3_000)
      .then(() => folder.release())
      .finally(() => app.quit());
  });
}

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
if (app.requestSingleInstanceLock()) void start();
else app.quit();
