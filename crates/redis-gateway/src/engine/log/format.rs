//! The format of the log, which its first command tells.
//!
//! That command is a PING with a text, which changes nothing: a Redis that is given the log takes it, and so do versions before
//! the first that wrote it. A log without it is of theirs, and in the same format.

use bytes::Bytes;

use super::resp;

/// The format that this version writes, and the newest that it reads. Whatever an older version would take for damage, or
/// replay to another state, makes it greater.
pub(crate) const FORMAT: u64 = 1;

const LABEL: &str = "roomtalk-log:";

/// What a log begins with.
pub(crate) fn header() -> Vec<u8> {
    let mut command = Vec::new();
    resp::encode(&mut command, &[b"PING", format!("{LABEL}{FORMAT}").as_bytes()]);
    command
}

/// The format that a log's first command tells, if this version can't read it; as it stands there.
pub(crate) fn newer(first: &[Bytes]) -> Option<String> {
    let [name, text] = first else { return None };
    let told = std::str::from_utf8(text).ok()?.strip_prefix(LABEL)?;
    let known = !name.eq_ignore_ascii_case(b"PING") || told.parse().is_ok_and(|format: u64| format <= FORMAT);
    (!known).then(|| told.chars().filter(|c| !c.is_control()).take(20).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_greater_format_in_the_first_command_is_newer() {
        let told = |words: &[&'static str]| {
            newer(&words.iter().map(|word| Bytes::from_static(word.as_bytes())).collect::<Vec<_>>())
        };
        assert_eq!(told(&["PING", "roomtalk-log:2"]).as_deref(), Some("2"));
        assert_eq!(told(&["PING", "roomtalk-log:2.1 \n"]).as_deref(), Some("2.1 "));
        for known in [
            &["PING", "roomtalk-log:1"][..],
            &["PING", "roomtalk-log:0"],
            &["PING", "hello"],
            &["PING"],
            &["SET", "roomtalk-log:2"],
            &["SET", "roomtalk-log:2", "x"],
        ] {
            assert_eq!(told(known), None, "{known:?}");
        }
    }
}
