//! RoomTalk's own scripts, run on scratch keys: a room is created, entered, written to and left.
//!
//! The scripts are those that components and hubs send, but for the channel on which they publish.

use store::scripts;
use upstash::{Arg, Command, Reply, Script};

use crate::checks::scripts::CHANNEL;
use crate::failure::{COMMANDS, Failure};
use crate::finding::Outcome;
use crate::probe::{LIFE, Probe};
use crate::steps::{self, Step, Wanted};

/// No room has this id: it is too long.
const ROOM: &str = "doctor-room";
/// 2026-11-24T00:00:00Z in µs; what is counted lies in a bucket of these checks alone, so any time will do.
const NOW: &str = "1795478400000000";
/// The layout that is known, whatever this version's is: the scratch store keeps none.
const LAYOUT: &str = "1";
/// Cost and capacity of a bucket, in µs.
const BUCKET: [&str; 2] = ["200000", "4000000"];

/// The scratch keys.
struct Keys {
    room: String,
    log: String,
    list: String,
    rooms: String,
    online: String,
    mark: String,
    image: String,
    bucket: String,
    /// Never written: a store that keeps no layout yet.
    layout: String,
    missing: String,
}

impl Keys {
    fn all(&self) -> [&String; 10] {
        let Self { room, log, list, rooms, online, mark, image, bucket, layout, missing } = self;
        [room, log, list, rooms, online, mark, image, bucket, layout, missing]
    }
}

pub(super) async fn check(probe: &Probe) -> Result<Outcome, Failure> {
    let keys = Keys {
        room: probe.key("room"),
        log: probe.key("room:log"),
        list: probe.key("client:rooms"),
        rooms: probe.key("rooms"),
        online: probe.key("room:online"),
        mark: probe.key("room:sent"),
        image: probe.key("room:image"),
        bucket: probe.key("limit"),
        layout: probe.key("layout"),
        missing: probe.key("room-missing:log"),
    };
    let mut steps = Vec::from(rooms(&keys));
    steps.extend(messages(&keys));
    steps.extend(presence(&keys));
    // In the same request as the writes, so that nothing stays for good whatever happens next.
    steps
        .extend(keys.all().map(|key| Step::new("EXPIRE", Command::new("EXPIRE").arg(key).arg(LIFE), Wanted::Anything)));
    let good = "a scratch room was created, entered, written to, given an image and left by RoomTalk's own scripts";
    Ok(steps::run(probe, &steps).await?.outcome(good, COMMANDS))
}

fn rooms(keys: &Keys) -> [Step<'_>; 2] {
    let create = || {
        let fields = [
            ROOM,
            "a room",
            "",
            "2026-11-24T00:00:00.000Z",
            "doctor",
            "1795478400000",
            "{\"id\":\"doctor-room\"}",
            LAYOUT,
            NOW,
        ];
        let names = [&keys.room, &keys.log, &keys.list, &keys.rooms, &keys.layout, &keys.bucket];
        call(&scripts::CREATE_ROOM, &names, fields.into_iter().chain(BUCKET))
    };
    [
        Step::new("creating a room", create(), Wanted::Texts(&["created"])),
        Step::new("creating a room whose id is taken", create(), Wanted::Texts(&["taken"])),
    ]
}

fn messages(keys: &Keys) -> [Step<'_>; 7] {
    let Keys { log, mark, image, bucket, layout, missing, .. } = keys;
    let image_fields = ["image/png", "1", "2", "3", "AAAA", "600", LAYOUT, NOW];
    let put =
        call(&scripts::PUT_IMAGE, &[log, image, layout, bucket], image_fields.into_iter().chain(BUCKET).chain(["1"]));
    let marked = || append(&[log, mark, bucket, layout], "m1", "print", None);
    let newest = Command::new("XREVRANGE").arg(log).args(["+", "0-3", "COUNT", "1"]);
    [
        Step::new("a message", marked(), Wanted::Texts(&["stored", "2", ""])),
        Step::new("a message that is sent again", marked(), Wanted::Texts(&["repeated", "2"])),
        Step::new("a message for no room", append(&[missing], "m2", "", None), Wanted::Texts(&["no room"])),
        Step::new("an image", put, Wanted::Texts(&["stored"])),
        Step::new(
            "a message with an image",
            append(&[log, image], "m3", "", Some("i")),
            Wanted::Texts(&["stored", "3"]),
        ),
        Step::new("TTL of a sent image", Command::new("TTL").arg(image), Wanted::Reply(Reply::Int(-1))),
        Step::new("the newest entry", newest, Wanted::Count(1)),
    ]
}

/// A message; with a fingerprint its id is marked, a bucket is taken from, and the layout is read.
fn append<'a>(keys: &[&'a String], id: &'a str, fingerprint: &'a str, image: Option<&'a str>) -> Command<'a> {
    let head = "{\"content\":\"你好 👋\"";
    let images = if image.is_some() { "1" } else { "0" };
    let layout = if fingerprint.is_empty() { "" } else { LAYOUT };
    let first = ["1000", id, head, "}", ROOM, "doctor", fingerprint, NOW, images, layout];
    let bucket = if fingerprint.is_empty() { &[][..] } else { &BUCKET[..] };
    call(&scripts::APPEND, keys, first.into_iter().chain(image).chain(bucket.iter().copied()))
}

fn presence(keys: &Keys) -> [Step<'_>; 5] {
    let number = |n| Wanted::Reply(Reply::Int(n));
    let enter = call(&scripts::ENTER, &[&keys.room, &keys.log, &keys.online], ["hub|a", "201", "{}"]);
    let online = |script, fields: &[&'static str]| call(script, &[&keys.online], fields.iter().copied());
    [
        Step::new("entering a room", enter, Wanted::Count(3)),
        Step::new("a further member", online(&scripts::JOIN, &["hub|b", "{}"]), number(1)),
        Step::new("a member who is there", online(&scripts::JOIN, &["hub|b", "{}"]), number(0)),
        Step::new("leaving a room", online(&scripts::LEAVE, &["hub|b", "{}"]), number(1)),
        Step::new("forgetting a member", online(&scripts::FORGET, &["hub|a", "{}"]), number(1)),
    ]
}

/// A call of the script as it is sent the first time, by its source.
fn call<'a>(script: &Script, keys: &[&'a String], args: impl IntoIterator<Item = &'a str>) -> Command<'a> {
    let keys = keys.iter().map(|key| Arg::from(*key));
    Command::new("EVAL").arg(own(script)).arg(keys.len()).args(keys).args(args)
}

/// The script with the checks' channel in place of the hubs'.
fn own(script: &Script) -> String {
    script.source().replace("'events'", &format!("'{CHANNEL}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_script_publishes_where_hubs_listen() {
        use scripts::{APPEND, CREATE_ROOM, ENTER, FORGET, JOIN, LEAVE, PUT_IMAGE};
        for script in [&APPEND, &CREATE_ROOM, &ENTER, &FORGET, &JOIN, &LEAVE, &PUT_IMAGE] {
            let own = own(script);
            let publishes = own.matches("'PUBLISH'").count();
            assert_eq!(own.matches(&format!("'PUBLISH', '{CHANNEL}'")).count(), publishes, "{own}");
            assert_eq!(publishes == 0, script.sha() == PUT_IMAGE.sha());
        }
    }
}
