// Pictures for screenshots: a lake between mountains, at three times of the day.

const LIGHTS = [
  { sky: ['#fde3c8', '#f4a98a'], sun: '#fff4dc', ridges: ['#c98f8a', '#8f6c86', '#4f4a6e'], lake: '#7d6f94' },
  { sky: ['#cfe9fb', '#6fb3e8'], sun: '#ffffff', ridges: ['#9cc3d6', '#5f97a8', '#2f6b62'], lake: '#3f8fb5' },
  { sky: ['#2b3a67', '#0f1733'], sun: '#f5f0d0', ridges: ['#3a4a78', '#27345c', '#141c3a'], lake: '#22305c' },
];

/** Draws them in a page; gives each as base64 of a WebP, 1200 by 800 pixels. */
export function scenery(page) {
  return page.evaluate((lights) => {
    const [width, height] = [1200, 800];
    return lights.map((light, nth) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const pen = canvas.getContext('2d');
      const sky = pen.createLinearGradient(0, 0, 0, height);
      sky.addColorStop(0, light.sky[1]);
      sky.addColorStop(0.65, light.sky[0]);
      pen.fillStyle = sky;
      pen.fillRect(0, 0, width, height);
      pen.fillStyle = light.sun;
      pen.beginPath();
      pen.arc(260 + nth * 310, 190, 56, 0, Math.PI * 2);
      pen.fill();
      light.ridges.forEach((color, depth) => {
        pen.fillStyle = color;
        pen.beginPath();
        pen.moveTo(0, height);
        for (let x = 0; x <= width; x += 4) {
          const far = x / (190 - depth * 30) + depth * 2 + nth;
          pen.lineTo(x, 330 + depth * 85 - Math.sin(far) * 70 - Math.abs(Math.sin(far * 2.7)) * 45 - Math.sin(far * 7) * 6);
        }
        pen.lineTo(width, height);
        pen.fill();
      });
      pen.fillStyle = light.lake;
      pen.fillRect(0, 620, width, 180);
      pen.globalAlpha = 0.25;
      pen.fillStyle = light.sun;
      for (let y = 630; y < 800; y += 14) pen.fillRect(200 + nth * 310 - (y - 620) / 4, y, 120 + (y - 620) / 2, 3);
      return canvas.toDataURL('image/webp', 0.9).split(',')[1];
    });
  }, LIGHTS);
}
