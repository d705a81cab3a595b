//! The lines of a `/subscribe` stream.

/// Most bytes in one line, and so in what is kept of an unfinished one.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

/// Something that the stream said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Push {
    /// The subscription to a channel or pattern stands.
    Subscribed {
        /// The channel or pattern.
        topic: String,
    },
    /// A message was published.
    Message {
        /// The channel.
        channel: String,
        /// The payload; it may hold commas.
        payload: String,
    },
}

/// A line passed [`MAX_LINE_BYTES`]; the stream is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line of the event stream is longer than 1 MiB")]
pub struct LineTooLong;

/// Reads a stream's bytes, in whatever pieces they come, line by line.
///
/// The protocol writes each event as one `data: ` line; blank lines, comments and fields of other names say nothing.
#[derive(Debug, Default)]
pub struct Events {
    buffer: Vec<u8>,
    /// Bytes of `buffer` that were handed out.
    taken: usize,
    /// Bytes of `buffer` known to hold no further line end.
    searched: usize,
}

impl Events {
    /// A reader at the beginning of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next event in what was fed so far; `None` when it needs more bytes. Call it until then after each
    /// [`Events::feed`], so that no more than one unfinished line is kept.
    pub fn next_push(&mut self) -> Result<Option<Push>, LineTooLong> {
        loop {
            let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
            let Some(offset) = unsearched.iter().position(|byte| *byte == b'\n') else {
                self.searched = self.buffer.len();
                let unfinished = self.buffer.len() - self.taken;
                return if unfinished > MAX_LINE_BYTES { Err(LineTooLong) } else { Ok(None) };
            };
            let end = self.searched + offset;
            let line = self.buffer.get(self.taken..end).unwrap_or_default();
            if line.len() > MAX_LINE_BYTES {
                return Err(LineTooLong);
            }
            let push = read(line);
            self.taken = end + 1;
            self.searched = self.taken;
            if push.is_some() {
                return Ok(push);
            }
        }
    }
}

/// Reads one line, without its end. The payload is UTF-8 by the protocol; bytes that are not become U+FFFD.
fn read(line: &[u8]) -> Option<Push> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let data = line.strip_prefix(b"data:")?;
    let data = String::from_utf8_lossy(data.strip_prefix(b" ").unwrap_or(data));
    let (kind, rest) = data.split_once(',')?;
    match kind {
        "message" => {
            let (channel, payload) = rest.split_once(',')?;
            Some(Push::Message { channel: channel.to_owned(), payload: payload.to_owned() })
        }
        "pmessage" => {
            let (_pattern, rest) = rest.split_once(',')?;
            let (channel, payload) = rest.split_once(',')?;
            Some(Push::Message { channel: channel.to_owned(), payload: payload.to_owned() })
        }
        "subscribe" | "psubscribe" => {
            // The count is the last field.
            let (topic, _count) = rest.rsplit_once(',')?;
            Some(Push::Subscribed { topic: topic.to_owned() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(chunks: &[&[u8]]) -> Result<Vec<Push>, LineTooLong> {
        let mut events = Events::new();
        let mut pushes = Vec::new();
        for chunk in chunks {
            events.feed(chunk);
            while let Some(push) = events.next_push()? {
                pushes.push(push);
            }
        }
        Ok(pushes)
    }

    fn message(channel: &str, payload: &str) -> Push {
        Push::Message { channel: channel.to_owned(), payload: payload.to_owned() }
    }

    #[test]
    fn each_data_line_is_an_event_and_payloads_keep_their_commas() {
        let stream = "data: subscribe,events,1\n\ndata: message,events,{\"a\":1,\"b\":\"x, y\"}\n\n: ping\n\n\
                      event: x\ndata: message,events,\r\ndata:message,events,no space\n\
                      data: psubscribe,a,b*,1\ndata: pmessage,room:*,room:7,hi, you\ndata: unsubscribe,events,0\n\
                      data: \"OK\"\ndata: message,events,unfinished";
        assert_eq!(
            all(&[stream.as_bytes()]).unwrap(),
            [
                Push::Subscribed { topic: "events".to_owned() },
                message("events", r#"{"a":1,"b":"x, y"}"#),
                message("events", ""),
                message("events", "no space"),
                Push::Subscribed { topic: "a,b*".to_owned() },
                message("room:7", "hi, you"),
            ]
        );
    }

    #[test]
    fn a_character_cut_in_two_is_whole_again() {
        let line = "data: message,c,王小明 👋\n".as_bytes();
        for at in 0..line.len() {
            let (left, right) = line.split_at(at);
            assert_eq!(all(&[left, right]).unwrap(), [message("c", "王小明 👋")], "cut at {at}");
        }
    }

    #[test]
    fn a_line_of_one_mebibyte_is_taken_and_a_longer_one_ends_the_stream() {
        let prefix = "data: message,c,";
        let fits = format!("{prefix}{}\n", "x".repeat(MAX_LINE_BYTES - prefix.len()));
        assert_eq!(all(&[fits.as_bytes()]).unwrap().len(), 1);
        let long = format!("{prefix}{}\n", "x".repeat(MAX_LINE_BYTES - prefix.len() + 1));
        assert_eq!(all(&[long.as_bytes()]), Err(LineTooLong));
        let endless = long.trim_end().as_bytes();
        assert_eq!(all(&endless.chunks(4096).collect::<Vec<_>>()), Err(LineTooLong));
    }

    #[test]
    fn finished_lines_are_not_kept() {
        let mut events = Events::new();
        let line = format!("data: message,c,{}\n", "x".repeat(1000));
        for _ in 0..10_000 {
            events.feed(line.as_bytes());
            assert!(events.next_push().unwrap().is_some());
            assert!(events.next_push().unwrap().is_none());
        }
        assert!(events.buffer.len() <= line.len());
    }

    proptest! {
        #[test]
        fn a_stream_reads_the_same_in_any_pieces(
            lines in proptest::collection::vec("(data: |data:|: |)(message,|subscribe,|pmessage,|x)?.{0,40}", 0..20),
            ends in proptest::collection::vec(0usize..3, 20),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..30),
        ) {
            let mut stream = Vec::new();
            for (line, end) in lines.iter().zip(ends) {
                stream.extend_from_slice(line.as_bytes());
                stream.extend_from_slice(["\n", "\r\n", "\n\n"][end].as_bytes());
            }
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]).collect();
            prop_assert_eq!(all(&pieces), all(&[&stream]));
        }

        #[test]
        fn any_one_line_payload_arrives_unchanged(payload in "[^\r\n]{0,200}") {
            let line = format!("data: message,events,{payload}\n\n");
            prop_assert_eq!(all(&[line.as_bytes()]).unwrap(), vec![message("events", &payload)]);
        }
    }
}
