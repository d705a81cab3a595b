import { storage } from '../storage';
import { createStore } from '../store';

const KEY = 'heroui-theme';

export type Theme = 'light' | 'dark';
/** `system`: as the system has it, now and later. */
export type ThemeChoice = Theme | 'system';

const system = matchMedia('(prefers-color-scheme: dark)');

export const themeChoice = createStore<ThemeChoice>(stored());
/** The theme that is shown. */
export const theme = createStore<Theme>(resolve(themeChoice.get()));

function stored(): ThemeChoice {
  const value = storage.read(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

function resolve(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice;
  return system.matches ? 'dark' : 'light';
}

export function chooseTheme(choice: ThemeChoice): void {
  storage.write(KEY, choice === 'system' ? null : choice);
  themeChoice.set(choice);
  show();
}

function show(): void {
  const next = resolve(themeChoice.get());
  theme.set(next);
  const { classList } = document.documentElement;
  classList.toggle('dark', next === 'dark');
  classList.toggle('light', next === 'light');
  const bar = document.querySelector('meta[name="theme-color"]');
  bar?.setAttribute('content', next === 'dark' ? '#0f1117' : '#f6f7fb');
}

export function startTheme(): void {
  system.addEventListener('change', show);
  addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    themeChoice.set(stored());
    show();
  });
  show();
}
