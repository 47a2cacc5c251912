import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { chooseDoor } from './door/choose-door.ts';
import { chooseLocale, createTranslator } from './i18n/translator.ts';
import { createLiveStore } from './live/live-store.ts';
import { runWhileVisible, wait } from './live/while-visible.ts';
import './styles.css';
import { WindowContext } from './window-context.tsx';

const door = chooseDoor(window);
const live = createLiveStore(door, wait);
const translator = createTranslator(chooseLocale(navigator.languages));
document.documentElement.lang = translator.locale;
runWhileVisible(document, live.run);

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <WindowContext value={{ door, live, translator }}>
        <App />
      </WindowContext>
    </StrictMode>,
  );
}
