//! JPEG: the segments before the pixels (ITU-T T.81, annex B) and the orientation that cameras write (Exif 2.32, 4.6).

/// Width and height in pixels as the picture is shown: a camera held upright stores it lying, with a note to turn it.
pub(super) fn size(data: &[u8]) -> Option<(u32, u32)> {
    let frame = segments(data).find(|(marker, _)| is_frame_header(*marker)).map(|(_, frame)| frame)?;
    let side = |at| Some(u32::from(u16::from_be_bytes(*frame.get(at..)?.first_chunk::<2>()?)));
    let (height, width) = (side(1)?, side(3)?);
    let orientation = segments(data)
        .filter(|(marker, _)| *marker == 0xE1)
        .find_map(|(_, content)| orientation(content.strip_prefix(b"Exif\0\0")?));
    Some(if matches!(orientation, Some(5..=8)) { (height, width) } else { (width, height) })
}

/// SOF0 to SOF15. In their row C4, C8 and CC mean something else.
fn is_frame_header(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// The segments from the start of the image to its pixels, as marker and content, up to the first damaged one.
fn segments(data: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = data.strip_prefix(b"\xFF\xD8");
    std::iter::from_fn(move || {
        loop {
            // A marker may be preceded by any number of fill bytes.
            let marker = rest?.strip_prefix(b"\xFF")?;
            let (marker, after) = marker.get(marker.iter().position(|byte| *byte != 0xFF)?..)?.split_first()?;
            match marker {
                // These stand alone.
                0x01 | 0xD0..=0xD7 => rest = Some(after),
                // End of the image, start of the pixels.
                0xD9 | 0xDA => return None,
                _ => {
                    let length = usize::from(u16::from_be_bytes(*after.first_chunk::<2>()?));
                    let content = after.get(2..length)?;
                    rest = after.get(length..);
                    return Some((*marker, content));
                }
            }
        }
    })
}

/// The orientation, 1 to 8, in the first directory of an Exif block.
fn orientation(tiff: &[u8]) -> Option<u16> {
    const ORIENTATION: u16 = 0x0112;
    let big_endian = match tiff.first_chunk::<4>()? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let bytes = *tiff.get(4..)?.first_chunk::<4>()?;
    let offset = if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
    let directory = usize::try_from(offset).ok()?;
    let entries = directory.checked_add(2)?;
    (0..usize::from(u16_at(directory)?))
        .map_while(|n| entries.checked_add(12 * n))
        // An entry is tag, type, count and value, the value at byte 8.
        .map_while(|entry| Some((u16_at(entry)?, u16_at(entry.checked_add(8)?)?)))
        .find(|(tag, _)| *tag == ORIENTATION)
        .map(|(_, value)| value)
}
