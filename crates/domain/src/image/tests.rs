mod headers;

use proptest::prelude::*;

use super::ImageMeta;
use crate::{Code, ImageId, RoomId, limits};
use headers::{FILES, avif, file, gif, gif_frame, jpeg, photo, png, webp_extended};

fn refusal(data: &[u8]) -> (Code, Option<String>) {
    let error = ImageMeta::read(data).unwrap_err();
    (error.code, error.field.map(std::borrow::Cow::into_owned))
}

#[test]
fn real_files_give_their_type_and_size() {
    for (name, mime_type, side) in FILES {
        let data = file(name);
        let meta = ImageMeta::read(&data).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((meta.mime_type, meta.width, meta.height), (*mime_type, *side, *side), "{name}");
        assert_eq!((meta.bytes, meta.id), (data.len() as u64, ImageId::of(&data)), "{name}");
    }
}

#[test]
fn width_and_height_are_not_confused() {
    for data in [png(300, 200), jpeg(300, 200), gif(300, 200), webp_extended(300, 200), avif(&[(300, 200)], None)] {
        let meta = ImageMeta::read(&data).unwrap();
        assert_eq!((meta.width, meta.height), (300, 200), "{}", meta.mime_type);
    }
}

#[test]
fn an_avif_grid_is_as_large_as_its_largest_part_and_turns() {
    let meta = ImageMeta::read(&avif(&[(100, 50), (4000, 3000), (512, 512)], None)).unwrap();
    assert_eq!((meta.width, meta.height), (4000, 3000));
    let turned = ImageMeta::read(&avif(&[(4000, 3000)], Some(1))).unwrap();
    assert_eq!((turned.width, turned.height), (3000, 4000));
}

#[test]
fn a_photo_that_its_camera_says_to_turn_is_as_large_as_it_is_shown() {
    for orientation in 1..=8 {
        for big_endian in [false, true] {
            let meta = ImageMeta::read(&photo(400, 300, orientation, big_endian)).unwrap();
            let shown = if orientation >= 5 { (300, 400) } else { (400, 300) };
            assert_eq!((meta.width, meta.height), shown, "orientation {orientation}");
        }
    }
}

#[test]
fn a_gif_is_as_large_as_its_first_frame_where_that_is_larger_than_the_screen() {
    let size = |data: &[u8]| ImageMeta::read(data).map(|meta| (meta.width, meta.height)).map_err(|error| error.code);
    assert_eq!(size(&gif_frame((10, 10), (0, 0), (3000, 5))), Ok((3000, 10)));
    assert_eq!(size(&gif_frame((10, 10), (7, 8), (5, 1))), Ok((12, 10)));
    assert_eq!(size(&gif_frame((10, 10), (0, 0), (65_535, 65_535))), Err(Code::InvalidField));
    assert_eq!(size(&gif_frame((10, 10), (65_535, 65_535), (65_535, 1))), Err(Code::InvalidField));
    let whole = gif_frame((10, 10), (0, 0), (3000, 5));
    for length in 10..whole.len() {
        assert!(size(&whole[..length]).is_ok(), "{length}");
    }
}

#[test]
fn fill_bytes_between_the_segments_of_a_jpeg_are_skipped() {
    let mut data = jpeg(30, 20);
    data.splice(2..2, [0xFF; 5]);
    assert_eq!(ImageMeta::read(&data).map(|meta| meta.width), Ok(30));
}

#[test]
fn an_avif_whose_area_overflows_32_bits_is_refused() {
    // 65 536 squared is 0 in 32 bits, so the small part would seem the larger one.
    assert_eq!(refusal(&avif(&[(65_536, 65_536), (10, 10)], None)).0, Code::InvalidField);
}

#[test]
fn sizes_up_to_the_limits_are_accepted_and_no_others() {
    for (width, height) in [(1, 1), (10_000, 4_000), (4_000, 10_000), (6_324, 6_324)] {
        assert!(ImageMeta::read(&png(width, height)).is_ok(), "{width} x {height}");
    }
    for (width, height) in
        [(0, 1), (1, 0), (10_001, 1), (1, 10_001), (10_000, 4_001), (6_325, 6_325), (u32::MAX, u32::MAX)]
    {
        assert_eq!(refusal(&png(width, height)), (Code::InvalidField, Some("image".to_owned())), "{width} x {height}");
    }
}

#[test]
fn a_file_of_five_mebibytes_is_accepted_and_one_byte_more_is_too_large() {
    let mut data = png(10, 10);
    data.resize(limits::IMAGE_BYTES, 0);
    assert!(ImageMeta::read(&data).is_ok());
    data.push(0);
    assert_eq!(refusal(&data).0, Code::TooLarge);
}

#[test]
fn other_formats_are_not_supported() {
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[0; 64]].concat();
    for data in [
        b"".as_slice(),
        b"hello",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        b"<?xml version=\"1.0\"?><svg/>",
        b"<html><script>alert(1)</script>",
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
        b"II*\0\x08\0\0\0\0\0\0\0\0\0\0\0",
        b"GIF88a\x01\0\x01\0\0\0\0",
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0",
        b"\x89PNG\x0a\x0a\x0a\x0a\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01",
        &heic,
    ] {
        assert_eq!(refusal(data).0, Code::UnsupportedMediaType, "{}", String::from_utf8_lossy(data));
    }
}

#[test]
fn a_damaged_header_is_an_invalid_image() {
    let mut no_header = png(10, 10);
    no_header[12..16].copy_from_slice(b"IDAT");
    for data in [&no_header[..], b"\x89PNG\r\n\x1a\n", b"\xFF\xD8\xFF\xD9", b"GIF89a\x01", b"RIFF\x04\0\0\0WEBPVP8 "] {
        assert_eq!(refusal(data).0, Code::InvalidField, "{data:?}");
    }
}

#[test]
fn a_claim_about_the_type_must_be_true() {
    let data = png(1, 1);
    for claim in ["image/png", "IMAGE/PNG ; a=b", "image/*", "application/octet-stream", ""] {
        assert!(ImageMeta::read_as(&data, claim).is_ok(), "{claim}");
    }
    for claim in ["image/jpeg", "image/jpg", "image/svg+xml", "text/html", "png"] {
        assert_eq!(ImageMeta::read_as(&data, claim).unwrap_err().code, Code::UnsupportedMediaType, "{claim}");
    }
    assert!(ImageMeta::read_as(&jpeg(1, 1), "image/jpg").is_ok());
}

#[test]
fn a_message_carries_the_image_with_its_address() {
    let meta = ImageMeta::read(&png(3, 2)).unwrap();
    let image = meta.in_room(&RoomId::parse("abcdefghij").unwrap());
    assert_eq!(image.url, format!("/api/rooms/abcdefghij/images/{}", meta.id));
    assert_eq!((image.mime_type.as_str(), image.width, image.height, image.bytes), ("image/png", 3, 2, meta.bytes));
}

proptest! {
    #[test]
    fn truncated_files_never_panic(which in 0..FILES.len(), cut in 0usize..400) {
        let data = file(FILES[which].0);
        let _ = ImageMeta::read(&data[..cut.min(data.len())]);
    }

    #[test]
    fn damaged_files_never_panic(which in 0..FILES.len(), damage in prop::collection::vec((0usize..400, any::<u8>()), 1..12)) {
        let mut data = file(FILES[which].0);
        for (at, byte) in damage {
            let at = at % data.len();
            data[at] = byte;
        }
        if let Ok(meta) = ImageMeta::read(&data) {
            prop_assert!((1..=limits::IMAGE_SIDE).contains(&meta.width) && (1..=limits::IMAGE_SIDE).contains(&meta.height));
        }
    }

    #[test]
    fn bytes_after_a_signature_never_panic(which in 0..FILES.len(), tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut data = file(FILES[which].0);
        data.truncate(12);
        data.extend(tail);
        let _ = ImageMeta::read(&data);
    }

    #[test]
    fn damaged_exif_never_panics(cut in 0usize..80, damage in prop::collection::vec((0usize..80, any::<u8>()), 0..6)) {
        let mut data = photo(400, 300, 6, true);
        for (at, byte) in damage {
            let at = at % data.len();
            data[at] = byte;
        }
        let _ = ImageMeta::read(&data);
        data.truncate(cut);
        let _ = ImageMeta::read(&data);
    }

    #[test]
    fn every_size_is_read_back(width in 1u32..5000, height in 1u32..5000) {
        for data in [png(width, height), jpeg(width, height), gif(width, height), webp_extended(width, height), avif(&[(width, height)], None)] {
            let meta = ImageMeta::read(&data).unwrap();
            prop_assert_eq!((meta.width, meta.height), (width, height));
        }
    }
}
