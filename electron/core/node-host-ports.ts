import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { systemClock } from './clock.ts';
import { defaultDataFolder } from './data-folder/default-data-folder.ts';
import type { HostPorts } from './host.ts';
import { describeError } from './platform/describe-error.ts';
import { KeyringKeyStore } from './secrets/keyring-key-store.ts';

/** The part of the host's ports that is the same wherever Node runs it: the machine itself. */
export type NodeHostPorts = Omit<HostPorts, 'dataFolder' | 'version' | 'overrides'>;

/** The machine that this process runs on, as the core sees it. Makes things; touches none of them yet. */
export function nodeHostPorts(): NodeHostPorts {
  return {
    clock: systemClock,
    randomBytes,
    random: Math.random,
    environment: process.env,
    platform: process.platform,
    readFile: (path) => readFile(path, 'utf8'),
    keyStore: new KeyringKeyStore(systemClock, process.platform),
    reportError: (error) => void process.stderr.write(`${describeError(error)}\n`),
  };
}

/** Where this user's files are unless somebody says otherwise. */
export function usualDataFolder(): string {
  return defaultDataFolder(process.env, process.platform, homedir());
}
