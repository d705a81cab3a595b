//! The Lua scripts: one per operation that changes data, each a file of its own.
//!
//! They run on Redis 7 and on Upstash alike, take every key in `KEYS`, and never decode a message's JSON: what a sender
//! wrote is stored byte by byte.

use upstash::Script;

pub(crate) static APPEND: Script =
    Script::new(concat!(include_str!("scripts/bucket.lua"), include_str!("scripts/append.lua")));
pub(crate) static CREATE_ROOM: Script =
    Script::new(concat!(include_str!("scripts/bucket.lua"), include_str!("scripts/create_room.lua")));
pub(crate) static PUT_IMAGE: Script =
    Script::new(concat!(include_str!("scripts/bucket.lua"), include_str!("scripts/put_image.lua")));
pub(crate) static ENTER: Script = Script::new(include_str!("scripts/enter.lua"));
pub(crate) static JOIN: Script = Script::new(include_str!("scripts/join.lua"));
pub(crate) static LEAVE: Script = Script::new(include_str!("scripts/leave.lua"));
pub(crate) static FORGET: Script = Script::new(include_str!("scripts/forget.lua"));
pub(crate) static CHECK: Script = Script::new(include_str!("scripts/check.lua"));
pub(crate) static IMPORT_BEGIN: Script = Script::new(include_str!("scripts/import_begin.lua"));
pub(crate) static IMPORT_MESSAGES: Script = Script::new(include_str!("scripts/import_messages.lua"));
pub(crate) static IMPORT_OPEN: Script = Script::new(include_str!("scripts/import_open.lua"));
