// Counts the frames that a page draws while something happens.

/** Starts to note the time between frames. */
export const startFrames = (page) =>
  page.evaluate(() => {
    const gaps = [];
    let last = performance.now();
    let running = true;
    const tick = (now) => {
      gaps.push(now - last);
      last = now;
      if (running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    window.endFrames = () => {
      running = false;
      return gaps;
    };
  });

/** Ends it; gives how many frames there were, how many took over 50 ms, and the longest in ms. */
export async function endFrames(page) {
  const gaps = await page.evaluate(() => window.endFrames());
  return {
    frames: gaps.length,
    'over 50 ms': gaps.filter((gap) => gap > 50).length,
    'longest, ms': Math.round(Math.max(...gaps)),
  };
}
