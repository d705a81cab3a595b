// Where things stand once they stand still: rows that have just been drawn are measured, and move.

const FRAMES = 12;

/** The box of one element, as `boundingBox` gives it, after it has been the same for a dozen frames. */
export async function restingBox(locator) {
  return locator.evaluate(
    (element, frames) =>
      new Promise((resolve, reject) => {
        let [last, same] = ['', 0];
        const look = () => {
          if (!element.isConnected) return void reject(new Error('the element has left the page'));
          const { x, y, width, height } = element.getBoundingClientRect();
          const box = JSON.stringify({ x, y, width, height });
          same = box === last ? same + 1 : 0;
          last = box;
          if (same >= frames) resolve(JSON.parse(box));
          else requestAnimationFrame(look);
        };
        look();
      }),
    FRAMES,
  );
}
