//! Every limit of the contract, in one place.

/// Most characters (Unicode scalar values) in a message's content.
pub const CONTENT_CHARS: usize = 16_000;
/// Most characters in a room's name.
pub const ROOM_NAME_CHARS: usize = 100;
/// Most characters in a room's description.
pub const ROOM_DESCRIPTION_CHARS: usize = 500;
/// Most characters in a username.
pub const USERNAME_CHARS: usize = 50;
/// Most characters in an avatar's text: one grapheme, which may be an emoji of several characters.
pub const AVATAR_TEXT_CHARS: usize = 16;
/// Most images in one message.
pub const IMAGES_PER_MESSAGE: usize = 9;
/// Most bytes in one image.
pub const IMAGE_BYTES: usize = 5 * 1024 * 1024;
/// Most pixels in one image, width times height.
pub const IMAGE_PIXELS: u64 = 40_000_000;
/// Most pixels along one side of an image.
pub const IMAGE_SIDE: u32 = 10_000;
/// Most bytes in the JSON body of a message, which may carry images as data URLs.
pub const MESSAGE_BODY_BYTES: usize = 8 * 1024 * 1024;
/// Most bytes of HTML that a message's Markdown may become; beyond it, the message is shown as plain text.
pub const HTML_BYTES: usize = 256 * 1024;
/// Most bytes in every other JSON body.
pub const BODY_BYTES: usize = 16 * 1024;
/// Messages in a page when the reader names no limit.
pub const PAGE_DEFAULT: usize = 100;
/// Most messages in a page.
pub const PAGE_MAX: usize = 200;
/// A page ends after this many bytes of stored message JSON, even below its limit.
pub const PAGE_BYTES: usize = 256 * 1024;
/// Messages kept per room when the configuration names no other number.
pub const HISTORY: u64 = 200_000;
