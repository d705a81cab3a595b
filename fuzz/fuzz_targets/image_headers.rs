//! Any bytes as an image: its type and size come from its header alone, within every limit, and at no cost in memory.
#![no_main]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use domain::{ImageId, ImageMeta, limits};
use libfuzzer_sys::fuzz_target;

/// More than a header could ever need, and less than any picture.
const MEMORY: usize = 64 * 1024;

fuzz_target!(|data: &[u8]| {
    let (read, bytes) = counted(|| ImageMeta::read(data));
    assert!(bytes < MEMORY, "{bytes} bytes of memory for {} of an image", data.len());
    match read {
        Ok(meta) => {
            let sides = 1..=limits::IMAGE_SIDE;
            assert!(sides.contains(&meta.width) && sides.contains(&meta.height), "{meta:?}");
            assert!(u64::from(meta.width) * u64::from(meta.height) <= limits::IMAGE_PIXELS, "{meta:?}");
            assert_eq!((meta.bytes, &meta.id), (data.len() as u64, &ImageId::of(data)));
            assert!(starts_as(meta.mime_type, data), "{meta:?}");
            for claim in
                ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml", "text/html"]
            {
                assert_eq!(ImageMeta::read_as(data, claim).is_ok(), claim == meta.mime_type, "{claim}");
            }
        }
        Err(error) => assert!(matches!(error.code.status(), 413 | 415 | 422), "{error}"),
    }
});

fn starts_as(mime_type: &str, data: &[u8]) -> bool {
    match mime_type {
        "image/png" => data.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => data.starts_with(b"\xff\xd8\xff"),
        "image/gif" => data.starts_with(b"GIF8"),
        "image/webp" => data.starts_with(b"RIFF") && data[8..].starts_with(b"WEBP"),
        "image/avif" => data[4..].starts_with(b"ftyp"),
        _ => false,
    }
}

/// The system's allocator, which counts what this thread asks it for.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + layout.size());
        // SAFETY: the caller's promise is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is handed on, and the memory is the system allocator's.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The result of some work, and how many bytes of memory it asked for.
fn counted<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ASKED.get();
    let result = work();
    (result, ASKED.get() - before)
}
