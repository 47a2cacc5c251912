import { describe, expect, it } from 'vitest';
import { migrateDocument, migrations, type Migration } from '../../../electron/core/settings/migrations.ts';
import { mergeTrees, withoutPaths } from '../../../electron/core/settings/settings-tree.ts';
import { settingsVersion } from '../../../shared/settings.ts';

const steps: Migration[] = [
  (document) => mergeTrees(withoutPaths(document, [['port']]), { proxy: { port: document['port'] } }),
  (document) => mergeTrees(document, { limits: { perMinute: 7 } }),
];

describe('settings of earlier versions', () => {
  it('have a migration for each version there ever was', () => {
    expect(migrations.length).toBe(settingsVersion - 1);
  });

  it('go through every step that is missing, and keep what nobody knows', () => {
    expect(migrateDocument({ version: 1, port: 5, mine: { a: 1 } }, steps)).toEqual({
      known: true,
      document: { version: 3, proxy: { port: 5 }, limits: { perMinute: 7 }, mine: { a: 1 } },
    });
    expect(migrateDocument({ version: 2, port: 5 }, steps)).toEqual({
      known: true,
      document: { version: 3, port: 5, limits: { perMinute: 7 } },
    });
  });

  it('are version 1 where the file does not say', () => {
    expect(migrateDocument({ port: 5 }, steps)).toMatchObject({
      document: { version: 3, proxy: { port: 5 } },
    });
    expect(migrateDocument({ version: 'two', port: 5 }, steps)).toMatchObject({ document: { version: 3 } });
  });

  it('are refused when they are of a version to come', () => {
    expect(migrateDocument({ version: 4 }, steps)).toEqual({ known: false, version: 4 });
  });
});
