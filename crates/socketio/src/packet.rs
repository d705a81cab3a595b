//! Socket.IO packets, as a client sends them inside Engine.IO messages.

/// A packet for the namespace `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packet<'a> {
    /// Wants a socket; the text is what proves who it is, as JSON.
    Connect(Option<&'a str>),
    /// Wants a socket in a namespace that there is not.
    Elsewhere(&'a str),
    /// Its socket ends.
    Disconnect,
    /// `["name", …]`, and the number that an answer bears.
    Event { text: &'a str, ack: Option<u64> },
    /// Nothing to do: an answer to something that was not asked.
    Nothing,
}

impl<'a> Packet<'a> {
    /// `None`: that is no packet.
    ///
    /// An event with attachments is given like any other, with the placeholders that stand for them: the attachments
    /// themselves, which follow as messages of their own, are no part of any event here.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (kind, rest) = text.split_at_checked(1)?;
        let rest = match kind {
            "5" | "6" => rest.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix('-')?,
            _ => rest,
        };
        if rest.starts_with('/') {
            let (namespace, _) = rest.split_once(',').unwrap_or((rest, ""));
            return match kind {
                "0" if namespace == "/" => Some(Self::Connect(None)),
                "0" => Some(Self::Elsewhere(namespace)),
                "1" | "2" | "3" | "5" | "6" => Some(Self::Nothing),
                _ => None,
            };
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        match kind {
            "0" => Some(Self::Connect(Some(rest).filter(|auth| !auth.is_empty()))),
            "1" => Some(Self::Disconnect),
            "2" | "5" => Some(Self::Event { text: &rest[digits..], ack: rest[..digits].parse().ok() }),
            "3" | "6" => Some(Self::Nothing),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_with_and_without_a_number_for_their_answer() {
        assert_eq!(Packet::parse(r#"2["a",1]"#), Some(Packet::Event { text: r#"["a",1]"#, ack: None }));
        assert_eq!(Packet::parse(r#"217["a"]"#), Some(Packet::Event { text: r#"["a"]"#, ack: Some(17) }));
        assert_eq!(Packet::parse("2"), Some(Packet::Event { text: "", ack: None }));
    }

    #[test]
    fn an_event_with_attachments_is_one_with_placeholders() {
        let text = r#"["a",{"_placeholder":true,"num":0}]"#;
        assert_eq!(Packet::parse(&format!("51-3{text}")), Some(Packet::Event { text, ack: Some(3) }));
        assert_eq!(Packet::parse(&format!("5{text}")), None);
    }

    #[test]
    fn a_connection_may_say_who_it_is() {
        assert_eq!(Packet::parse("0"), Some(Packet::Connect(None)));
        assert_eq!(Packet::parse(r#"0{"a":1}"#), Some(Packet::Connect(Some(r#"{"a":1}"#))));
        assert_eq!(Packet::parse("0/admin,"), Some(Packet::Elsewhere("/admin")));
        assert_eq!(Packet::parse("0/admin"), Some(Packet::Elsewhere("/admin")));
    }

    #[test]
    fn the_rest_is_an_end_or_an_answer_or_nothing_known() {
        assert_eq!(Packet::parse("1"), Some(Packet::Disconnect));
        for nothing in ["35[]", "61-5[]", r#"2/admin,["a"]"#, "1/admin,"] {
            assert_eq!(Packet::parse(nothing), Some(Packet::Nothing), "{nothing}");
        }
        for unknown in ["", "4{}", "9", "é", "5["] {
            assert_eq!(Packet::parse(unknown), None, "{unknown}");
        }
    }
}
