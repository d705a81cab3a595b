/** localStorage that never throws: it can be full, or forbidden by the browser; the page then forgets on reload. */
export const storage = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },

  write(key: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // Nothing can be done, and nothing that was sent is lost by it.
    }
  },

  /** A JSON value, or null when there is none or it is damaged. */
  readJson(key: string): unknown {
    const text = this.read(key);
    if (text === null) return null;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return null;
    }
  },
};
