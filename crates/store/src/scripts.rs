//! The Lua scripts: one per operation that changes data, each a file of its own.
//!
//! They run on Redis 7 and on Upstash alike, take every key in `KEYS`, and never decode a message's JSON: what a sender
//! wrote is stored byte by byte. What each takes and answers stands at the beginning of its file.

use upstash::Script;

/// Appends a message.
pub static APPEND: Script = Script::new(concat!(
    include_str!("scripts/layout.lua"),
    include_str!("scripts/bucket.lua"),
    include_str!("scripts/append.lua")
));
/// Creates a room.
pub static CREATE_ROOM: Script = Script::new(concat!(
    include_str!("scripts/layout.lua"),
    include_str!("scripts/bucket.lua"),
    include_str!("scripts/create_room.lua")
));
/// Stores an image.
pub static PUT_IMAGE: Script = Script::new(concat!(
    include_str!("scripts/layout.lua"),
    include_str!("scripts/bucket.lua"),
    include_str!("scripts/put_image.lua")
));
/// Writes a client's presence and reads the room.
pub static ENTER: Script = Script::new(include_str!("scripts/enter.lua"));
/// Writes a client's presence in a room that is shown already.
pub static JOIN: Script = Script::new(include_str!("scripts/join.lua"));
/// Removes a client's presence.
pub static LEAVE: Script = Script::new(include_str!("scripts/leave.lua"));
/// Removes the presence that dead hubs left.
pub static FORGET: Script = Script::new(include_str!("scripts/forget.lua"));
/// Tries what the others rely on.
pub static CHECK: Script = Script::new(include_str!("scripts/check.lua"));
/// Begins an import.
pub static IMPORT_BEGIN: Script =
    Script::new(concat!(include_str!("scripts/layout.lua"), include_str!("scripts/import_begin.lua")));
/// Appends imported messages.
pub static IMPORT_MESSAGES: Script =
    Script::new(concat!(include_str!("scripts/layout.lua"), include_str!("scripts/import_messages.lua")));
/// Shows an imported room.
pub static IMPORT_OPEN: Script = Script::new(include_str!("scripts/import_open.lua"));
