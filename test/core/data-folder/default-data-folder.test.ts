import { expect, it } from 'vitest';
import { defaultDataFolder } from '../../../electron/core/data-folder/default-data-folder.ts';

it('names the configuration folder of each platform', () => {
  expect(defaultDataFolder({}, 'linux', '/home/ann')).toBe('/home/ann/.config/cody-desktop');
  expect(defaultDataFolder({ XDG_CONFIG_HOME: '/etc/ann' }, 'linux', '/home/ann')).toBe(
    '/etc/ann/cody-desktop',
  );
  expect(defaultDataFolder({}, 'darwin', '/Users/ann')).toBe('/Users/ann/Library/Preferences/cody-desktop');
  expect(defaultDataFolder({ APPDATA: 'D:\\Roaming' }, 'win32', 'C:\\Users\\ann')).toBe(
    'D:\\Roaming\\cody-desktop\\Config',
  );
  expect(defaultDataFolder({}, 'win32', 'C:\\Users\\ann')).toBe(
    'C:\\Users\\ann\\AppData\\Roaming\\cody-desktop\\Config',
  );
});

it('ignores a relative or empty XDG_CONFIG_HOME, as its specification asks', () => {
  for (const XDG_CONFIG_HOME of ['config', './config', '']) {
    expect(defaultDataFolder({ XDG_CONFIG_HOME }, 'linux', '/home/ann')).toBe(
      '/home/ann/.config/cody-desktop',
    );
  }
});
