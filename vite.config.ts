import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { builtinModules } from 'node:module';
import { defineConfig, type EnvironmentOptions } from 'vite';

const fromRoot = (path: string): string => new URL(path, import.meta.url).pathname;

/** Left to Node at run time: its own modules, Electron, and the native key store library. */
const external = [...builtinModules, /^node:/, 'electron', /^@napi-rs\/keyring/];

/** A program for Node: one file with all its libraries, so that it starts fast and needs no node_modules. */
function program(input: string, outDir: string, format: 'es' | 'cjs'): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true },
    build: {
      ssr: true,
      target: 'node24',
      outDir: fromRoot(outDir),
      emptyOutDir: true,
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: fromRoot(input),
        external,
        output: {
          format,
          entryFileNames: `[name].${format === 'cjs' ? 'cjs' : 'js'}`,
          codeSplitting: format === 'es',
        },
      },
    },
  };
}

/** Builds the renderer, the headless host, and Electron's main and preload, all from `npm run build`. */
export default defineConfig({
  root: fromRoot('renderer'),
  base: './',
  plugins: [react(), tailwindcss()],
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments)) await builder.build(environment);
    },
  },
  environments: {
    client: {
      build: {
        outDir: fromRoot('dist/renderer'),
        emptyOutDir: true,
        // The strict CSP allows nothing inline.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
      },
    },
    headless: program('electron/headless/main.ts', 'dist/headless', 'es'),
    main: program('electron/shell/main.ts', 'dist/main', 'es'),
    preload: program('electron/shell/preload.ts', 'dist/preload', 'cjs'),
  },
});
