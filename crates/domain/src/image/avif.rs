//! AVIF: the boxes of ISO/IEC 14496-12 that tell the format and the size (HEIF, ISO/IEC 23008-12, section 6.5).

/// Whether the file type box names AVIF, as its own brand or as a compatible one.
pub(super) fn is_avif(data: &[u8]) -> bool {
    let Some((b"ftyp", brands)) = boxes(data).next() else { return false };
    // Major brand, four bytes of version, then the compatible brands.
    brands.chunks_exact(4).enumerate().any(|(i, brand)| i != 1 && matches!(brand, b"avif" | b"avis"))
}

/// Width and height in pixels of the largest image in the file: a grid is larger than its tiles.
///
/// A file turned by a quarter gives its sides as they are shown.
pub(super) fn size(data: &[u8]) -> Option<(u32, u32)> {
    // `meta` starts with four bytes of version and flags.
    let meta = find(data, b"meta")?.get(4..)?;
    let properties = find(find(meta, b"iprp")?, b"ipco")?;
    let (width, height) = boxes(properties)
        .filter(|(kind, _)| kind == b"ispe")
        .filter_map(|(_, extent)| Some((be_u32(extent, 4)?, be_u32(extent, 8)?)))
        .max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))?;
    let quarter_turns = find(properties, b"irot").and_then(|rotation| rotation.first()).map_or(0, |turns| turns & 3);
    Some(if quarter_turns % 2 == 1 { (height, width) } else { (width, height) })
}

fn find<'a>(data: &'a [u8], kind: &'static [u8]) -> Option<&'a [u8]> {
    boxes(data).find(|(k, _)| *k == kind).map(|(_, content)| content)
}

/// The boxes that lie side by side in `data`, as type and content, up to the first damaged one.
fn boxes(mut data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let size = usize::try_from(be_u32(data, 0)?).ok()?;
        let kind = data.get(4..8)?;
        let (header, end) = match size {
            // To the end of the file.
            0 => (8, data.len()),
            // A 64-bit size follows the type.
            1 => (16, usize::try_from(u64::from_be_bytes(data.get(8..16)?.try_into().ok()?)).ok()?),
            size => (8, size),
        };
        let content = data.get(header..end)?;
        data = data.get(end..)?;
        Some((kind, content))
    })
}

fn be_u32(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*bytes))
}
