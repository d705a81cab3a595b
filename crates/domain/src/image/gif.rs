//! GIF: its screen and its first frame (specification of 1990, sections 18 and 20).

/// Width and height in pixels as the picture is shown: browsers enlarge a screen that is smaller than the first frame.
pub(super) fn size(data: &[u8]) -> Option<(u32, u32)> {
    let screen = (u16_at(data, 6)?, u16_at(data, 8)?);
    // A file that ends before its first frame shows nothing.
    let frame = first_frame(data).unwrap_or(screen);
    Some((screen.0.max(frame.0), screen.1.max(frame.1)))
}

/// The right and lower edge of the first frame.
fn first_frame(data: &[u8]) -> Option<(u32, u32)> {
    let flags = *data.get(10)?;
    let colours = if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut rest = data.get(13 + colours..)?;
    loop {
        rest = match rest {
            [0x2C, frame @ ..] => {
                let edge = |offset, side| Some(u16_at(frame, offset)? + u16_at(frame, side)?);
                return Some((edge(0, 4)?, edge(2, 6)?));
            }
            [0x21, _, blocks @ ..] => after_blocks(blocks)?,
            _ => return None,
        };
    }
}

/// What follows a row of blocks, each of which begins with its length; an empty one ends it.
fn after_blocks(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let (length, after) = rest.split_first()?;
        if *length == 0 {
            return Some(after);
        }
        rest = after.get(usize::from(*length)..)?;
    }
}

fn u16_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(*data.get(at..)?.first_chunk::<2>()?)))
}
