// Runs before the first paint, so that a dark page never flashes white. The page itself follows in app/theme.ts.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('heroui-theme');
  } catch {
    // Storage can be forbidden; the system's preference decides then.
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.add(dark ? 'dark' : 'light');
})();
