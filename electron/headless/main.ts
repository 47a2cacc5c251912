import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { helpText, readArguments, type CommandLineOptions } from '../core/command-line.ts';
import { systemClock } from '../core/clock.ts';
import { openDataFolder } from '../core/data-folder/data-folder.ts';
import { nodeHostPorts, usualDataFolder, type NodeHostPorts } from '../core/node-host-ports.ts';
import { createHost, type Host } from '../core/host.ts';
import { startControlServer, type ControlServer } from './control/control-server.ts';
import { formatGreeting, formatJsonLine } from './greeting.ts';

const usualUiPort = 2640;
const graceMs = 3_000;
const sameSignalMs = 1_000;
/** Where Vite puts the renderer, seen from the built file or from the source. */
const builtFolder = import.meta.url.endsWith('.ts') ? '../../dist/renderer' : '../renderer';

/** Opens the data folder, puts the core together, listens, says where, and ends with the first signal. */
async function run(options: CommandLineOptions): Promise<void> {
  const folder = await openDataFolder(options.dataFolder ?? usualDataFolder());
  if (!folder.ok) return giveUp(folder.message, 1);
  const ports = nodeHostPorts();
  const created = await createHost({
    ...ports,
    dataFolder: folder.folder,
    version: packageJson.version,
    overrides: options.overrides,
  });
  if (!created.ok) {
    await folder.release();
    return giveUp(created.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'), 2);
  }
  const { host } = created;
  const control = options.ui ? await openControl(host, ports, options.uiPort) : null;
  if (typeof control === 'string') {
    await host.close(0);
    await folder.release();
    return giveUp(control, 1);
  }
  const end = async (): Promise<void> => {
    await Promise.all([host.close(graceMs), control?.close()]);
    await folder.release();
  };
  const state = await host.start('unless-off');
  if (state.phase === 'failed' && state.failure !== null) {
    const { message, nextFreePort } = state.failure;
    await end();
    return giveUp(nextFreePort === null ? message : `${message} Use it by: --port ${nextFreePort}`, 1);
  }
  endOnSignal(end);
  await greet(host, control, options.json);
}

async function openControl(
  host: Host,
  ports: NodeHostPorts,
  uiPort: number | undefined,
): Promise<ControlServer | string> {
  const start = (port: number) =>
    startControlServer({
      services: host.services,
      port,
      rendererFolder: fileURLToPath(new URL(builtFolder, import.meta.url)),
      randomBytes: ports.randomBytes,
      clock: ports.clock,
      version: packageJson.version,
      reportError: ports.reportError,
    });
  let result = await start(uiPort ?? usualUiPort);
  // Nobody asked for that very port, so a second run beside the first may take another.
  if (!result.started && uiPort === undefined) result = await start(0);
  if (!result.started) return result.failure.message;
  host.addOwnPort(result.server.port);
  return result.server;
}

async function greet(host: Host, control: ControlServer | null, json: boolean): Promise<void> {
  const { services } = host;
  const facts = {
    info: services.appInfo.get(),
    proxy: services.proxy.state.get(),
    codyKey: services.codyKey.status.get(),
    clientKey: await host.printableClientKey(),
  };
  for (const notice of facts.info.notices) console.error(notice.message);
  const link = control?.oneTimeLink() ?? null;
  if (json) console.log(formatJsonLine({ ...facts, link }, link, process.pid));
  else console.log(formatGreeting({ ...facts, link }));
  if (control === null) return;
  // In JSON mode standard output has its one line and nothing else.
  const say = json ? console.error : console.log;
  const showLink = (): void => say(`Status page: ${control.oneTimeLink()}`);
  if (process.platform !== 'win32') process.on('SIGUSR2', showLink);
  if (process.stdin.isTTY) process.stdin.on('data', showLink).unref();
}

/**
 * The first signal ends everything cleanly, code 0. One that comes soon after it is the same, sent to a whole group of
 * processes and passed on by one of them; a later one is from somebody who does not want to wait.
 */
function endOnSignal(end: () => Promise<void>): void {
  let endingSinceMs: number | null = null;
  const onSignal = (): void => {
    const nowMs = systemClock.monotonicMs();
    if (endingSinceMs !== null) {
      if (nowMs - endingSinceMs > sameSignalMs) process.exit(1);
      return;
    }
    endingSinceMs = nowMs;
    void end().then(() => process.exit(0));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

function giveUp(message: string, code: number): void {
  console.error(message);
  process.exitCode = code;
}

const args = readArguments(process.argv.slice(2));
switch (args.kind) {
  case 'help':
    console.log(helpText);
    break;
  case 'version':
    console.log(packageJson.version);
    break;
  case 'wrong':
    console.error(args.message);
    process.exitCode = 2;
    break;
  case 'run':
    await run(args.options);
    break;
}
