// What only the browser's own tools tell.

export async function devtools(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return {
    /** MB of JavaScript's heap that are in use after a collection. */
    async heap() {
      await session.send('HeapProfiler.collectGarbage');
      const { metrics } = await session.send('Performance.getMetrics');
      const used = metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
      return Math.round(used / 100_000) / 10;
    },
    /** Makes the processor `rate` times as slow as it is. */
    slow: (rate) => session.send('Emulation.setCPUThrottlingRate', { rate }),
  };
}
