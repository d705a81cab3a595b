//! Image files to read: the smallest real ones, and headers of any size.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Name, type and side in pixels of the real files.
pub(super) const FILES: &[(&str, &str, u32)] = &[
    ("png", "image/png", 1),
    ("jpeg", "image/jpeg", 1),
    ("gif", "image/gif", 1),
    ("webp lossy", "image/webp", 1),
    ("webp lossless", "image/webp", 1),
    ("webp extended", "image/webp", 1),
    ("avif", "image/avif", 2),
];

pub(super) fn file(name: &str) -> Vec<u8> {
    let base64 = match name {
        "png" => "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "jpeg" => {
            "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////\
             ////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
        }
        "gif" => "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
        "webp lossy" => "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
        "webp lossless" => "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
        "webp extended" => {
            "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7m\
             tQAAAA=="
        }
        "avif" => {
            "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxp\
             YmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAAB\
             AABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQ0MAAAA\
             ABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVtZGF0EgAKCBgANogQEAwgMg8f8D///8WfhwB8+ErK42A="
        }
        other => panic!("no file {other}"),
    };
    STANDARD.decode(base64).unwrap()
}

pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut data = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    data.extend(width.to_be_bytes());
    data.extend(height.to_be_bytes());
    data.extend(b"\x08\x06\0\0\0\0\0\0\0");
    data
}

pub(super) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    // Start, an application segment with a thumbnail's marker inside, then the frame header.
    let mut data = b"\xFF\xD8\xFF\xE1\0\x08\xFF\xC0\0\x0b\x08\0\xFF\xC0\0\x11\x08".to_vec();
    data.extend(u16::try_from(height).unwrap().to_be_bytes());
    data.extend(u16::try_from(width).unwrap().to_be_bytes());
    data.extend(b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01");
    data
}

/// A JPEG with an Exif block: an entry before the orientation, then the orientation.
pub(super) fn photo(width: u32, height: u32, orientation: u16, big_endian: bool) -> Vec<u8> {
    let short = |n: u16| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let long = |n: u32| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
    let entry = |tag, value| [&short(tag)[..], &short(3), &long(1), &short(value), &[0; 2]].concat();
    let signature: &[u8] = if big_endian { b"MM\0*" } else { b"II*\0" };
    let exif = [b"Exif\0\0", signature, &long(8), &short(2), &entry(0x0100, 7), &entry(0x0112, orientation), &long(0)]
        .concat();
    let mut data = jpeg(width, height);
    let segment = [b"\xFF\xE1", &u16::try_from(exif.len() + 2).unwrap().to_be_bytes()[..], &exif].concat();
    data.splice(2..2, segment);
    data
}

pub(super) fn gif(width: u32, height: u32) -> Vec<u8> {
    let mut data = b"GIF89a".to_vec();
    data.extend(u16::try_from(width).unwrap().to_le_bytes());
    data.extend(u16::try_from(height).unwrap().to_le_bytes());
    data.extend(b"\x80\0\0\0\0\0\xFF\xFF\xFF;");
    data
}

/// A GIF with a comment, then a frame at a place of its own.
pub(super) fn gif_frame(screen: (u16, u16), place: (u16, u16), frame: (u16, u16)) -> Vec<u8> {
    let pair = |(x, y): (u16, u16)| [x.to_le_bytes(), y.to_le_bytes()].concat();
    let before_frame = b"\0\0\0\x21\xFE\x02hi\x01!\0\x2C".as_slice();
    [b"GIF89a".as_slice(), &pair(screen), before_frame, &pair(place), &pair(frame), b"\0"].concat()
}

pub(super) fn webp_extended(width: u32, height: u32) -> Vec<u8> {
    let mut data = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0".to_vec();
    data.extend(&(width - 1).to_le_bytes()[..3]);
    data.extend(&(height - 1).to_le_bytes()[..3]);
    data
}

/// An AVIF with these images in it, turned by so many quarters.
pub(super) fn avif(images: &[(u32, u32)], turns: Option<u8>) -> Vec<u8> {
    fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap();
        [&size.to_be_bytes(), kind.as_slice(), content].concat()
    }
    let extent =
        |(width, height): &(u32, u32)| boxed(*b"ispe", &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat());
    let mut properties: Vec<u8> = images.iter().flat_map(extent).collect();
    properties.extend(turns.map(|turns| boxed(*b"irot", &[turns])).unwrap_or_default());
    let handler = boxed(*b"hdlr", b"\0\0\0\0\0\0\0\0pict");
    let meta = [&[0; 4], handler.as_slice(), &boxed(*b"iprp", &boxed(*b"ipco", &properties))].concat();
    [boxed(*b"ftyp", b"mif1\0\0\0\0mif1avif"), boxed(*b"meta", &meta)].concat()
}
