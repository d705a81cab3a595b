//! Parts of strings.

use bytes::{Bytes, BytesMut};

use super::super::Spec;
use crate::{
    Reply,
    engine::{
        args::{MAX_STRING, count, int},
        data::Value,
        failure::{Answer, Failure},
        server::Server,
    },
};

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::read("strlen", 2, strlen),
    Spec::write("append", 3, append),
    Spec::read("getrange", 4, getrange),
    Spec::read("substr", 4, getrange),
    Spec::write("setrange", 4, setrange),
];

fn strlen(server: &mut Server, args: &[Bytes]) -> Answer {
    Ok(count(server.db.read::<Bytes>(&args[1])?.map_or(0, Bytes::len)))
}

fn append(server: &mut Server, args: &[Bytes]) -> Answer {
    let (key, tail) = (&args[1], &args[2]);
    let missing = !server.db.exists(key);
    let length = server.db.read::<Bytes>(key)?.map_or(0, Bytes::len) + tail.len();
    if length > MAX_STRING {
        return Err(Failure::TOO_LONG);
    }
    if missing {
        server.db.set(key, Value::Str(tail.clone()));
        return Ok(count(length));
    }
    edit(server, key, |text| text.extend_from_slice(tail))?;
    Ok(count(length))
}

/// Changes a string in place when nobody else holds its bytes, else a copy of it.
pub(super) fn edit(server: &mut Server, key: &Bytes, change: impl FnOnce(&mut BytesMut)) -> Result<(), Failure> {
    let value = server.db.create::<Bytes>(key)?;
    let mut text = match std::mem::take(value).try_into_mut() {
        Ok(text) => text,
        Err(shared) => BytesMut::from(shared.as_ref()),
    };
    change(&mut text);
    *value = text.freeze();
    server.db.changed::<Bytes>(key);
    Ok(())
}

fn getrange(server: &mut Server, args: &[Bytes]) -> Answer {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    let Some(text) = server.db.read::<Bytes>(&args[1])? else { return Ok(Reply::Bulk(Bytes::new())) };
    let len = text.len() as i64;
    if len == 0 || (start < 0 && end < 0 && start > end) {
        return Ok(Reply::Bulk(Bytes::new()));
    }
    // Unlike in lists, an end before the start of the string is its start.
    let place = |index: i64| if index < 0 { index.saturating_add(len).max(0) } else { index };
    let (start, end) = (place(start), place(end).min(len - 1));
    Ok(Reply::Bulk(if start > end { Bytes::new() } else { text.slice(start as usize..=end as usize) }))
}

fn setrange(server: &mut Server, args: &[Bytes]) -> Answer {
    let (key, patch) = (&args[1], &args[3]);
    let offset = usize::try_from(int(&args[2])?).map_err(|_| Failure::text("ERR offset is out of range"))?;
    let length = server.db.read::<Bytes>(key)?.map_or(0, Bytes::len);
    if patch.is_empty() {
        return Ok(count(length));
    }
    let end = offset.checked_add(patch.len()).filter(|end| *end <= MAX_STRING).ok_or(Failure::TOO_LONG)?;
    edit(server, key, |text| {
        if text.len() < end {
            text.resize(end, 0);
        }
        text[offset..end].copy_from_slice(patch);
    })?;
    Ok(count(length.max(end)))
}
