import { mergeTrees, type JsonObject } from './settings-tree.ts';

/** Makes a settings document of one version from one of the version before. Pure; must leave alone what it does not know. */
export type Migration = (document: JsonObject) => JsonObject;

/**
 * The migrations in order: the first leads from version 1 to 2, the second from 2 to 3. Their number is always
 * `settingsVersion - 1`; a test holds that.
 */
export const migrations: readonly Migration[] = [];

/** A document of our version, or the news that it is of a version this program does not know. */
export type MigratedDocument = { known: true; document: JsonObject } | { known: false; version: number };

/**
 * Brings a settings document to the newest version that `steps` lead to. A document without a version, or with one that
 * is no version at all, is taken for version 1.
 */
export function migrateDocument(
  document: JsonObject,
  steps: readonly Migration[] = migrations,
): MigratedDocument {
  const newest = steps.length + 1;
  const written = document['version'];
  const version = typeof written === 'number' && Number.isInteger(written) && written >= 1 ? written : 1;
  if (version > newest) return { known: false, version };
  const migrated = steps.slice(version - 1).reduce((before, step) => step(before), document);
  return { known: true, document: mergeTrees(migrated, { version: newest }) };
}
