/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** The hub's address, fixed at build time; `/` is the page's own origin. Unset: /config.json says it. */
  readonly VITE_SOCKET_URL?: string;
}
