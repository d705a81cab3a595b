import type { ImageRef } from '../api/types';
import { placedImages } from '../markdown/images';
import { Picture } from './Picture';
import { tiles } from './tiles';

interface Props {
  readonly content: string;
  readonly images: readonly ImageRef[];
}

/** The images that the text does not place itself. */
export function ImageGrid({ content, images }: Props) {
  const placed = placedImages(content, images.length);
  const rest = images.map((_, index) => index).filter((index) => !placed.has(index + 1));
  if (rest.length === 0) return null;
  const { grid, tile, size } = tiles(rest.length);
  return (
    <div className={grid}>
      {rest.map((index, place) => {
        const image = images[index];
        return image && <Picture key={index} images={images} index={index} className={tile(image)} style={size(image, place)} />;
      })}
    </div>
  );
}
