//! Appending a message.

use domain::{Code, Draft, Message, MessageId};
use traces::TraceParent;
use upstash::{Arg, Reply, Unexpected};

use crate::billing;
use crate::error::Effect;
use crate::layout::LAYOUT;
use crate::log::with_seq;
use crate::quota::limited;
use crate::{Error, Quota, RawJson, Store, Transport, keys, mutation, scripts};

/// What an append did.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The message as stored, with its seq.
    pub message: Message,
    /// The same message as JSON, with its seq.
    pub json: RawJson,
    /// The id was used before by the same sender for the same content; this is the first result.
    pub repeated: bool,
}

impl<T: Transport> Store<T> {
    /// [`Self::append_within`] no limits.
    pub async fn append(&self, draft: &Draft, now: u64) -> Result<Appended, Error> {
        self.append_within(draft, now, &Quota::NONE).await
    }

    /// Appends a message and publishes it, in one script. `now` is Unix time in ms.
    ///
    /// Billed commands: 5 with an id from the sender, 3 without, and 2 more for each image. A quota on client and address
    /// adds 2 with an id (the buckets are read with the id's mark, by one command), and 3 without.
    /// Refusals: `room_not_found`; `id_reused`; `image_expired`; `rate_limited`; `store_newer`. A retry of what is stored is
    /// not counted.
    pub async fn append_within(&self, draft: &Draft, now: u64, quota: &Quota) -> Result<Appended, Error> {
        self.append_traced(draft, now, quota, self.transport.trace()).await
    }

    /// [`Self::append_within`] the trace `parent`. The hubs are told of it when it is kept; it is not stored.
    pub async fn append_traced(
        &self,
        draft: &Draft,
        now: u64,
        quota: &Quota,
        parent: Option<TraceParent>,
    ) -> Result<Appended, Error> {
        let id = match &draft.id {
            Some(id) => id.clone(),
            None => MessageId::generate(now)?,
        };
        let (head, tail) = json_around_images(draft, &id, now).map_err(|e| Error::Unavailable(e.to_string()))?;
        let marked = draft.id.is_some() && !mutation::is("no-dedup");

        let mut key_names: Vec<Arg<'_>> = vec![keys::log(&draft.room).into()];
        if marked {
            key_names.push(keys::sent(&draft.room, &id).into());
        }
        key_names.extend(draft.images.iter().map(|image| Arg::from(keys::image(&draft.room, image))));

        let fingerprint = if marked { draft.fingerprint() } else { String::new() };
        let mut args: Vec<Arg<'_>> = vec![
            self.history.into(),
            id.as_str().into(),
            head.as_str().into(),
            tail.as_str().into(),
            draft.room.as_str().into(),
            draft.client.as_str().into(),
            fingerprint.into(),
        ];
        args.push((now * 1000).into());
        args.push(draft.images.len().into());
        let mut buckets: Vec<Arg<'_>> = Vec::new();
        for (key, rate) in quota.on_message(&draft.client) {
            key_names.push(key.into());
            buckets.extend([rate.cost().into(), rate.capacity().into()]);
        }
        // Of each there are two numbers.
        let counted = buckets.len() / 2;
        // Read with the mark and the buckets it costs nothing.
        let looks = marked || counted > 0 || self.layout.is_due();
        args.push(if looks { LAYOUT.into() } else { "".into() });
        if looks {
            key_names.push(keys::LAYOUT.into());
        }
        args.extend(draft.images.iter().map(|image| Arg::from(image.as_str())));
        args.append(&mut buckets);
        args.extend(parent.filter(TraceParent::is_sampled).map(|parent| Arg::from(parent.to_string())));

        let reply = self.eval(scripts::APPEND.call(key_names, args)).await?;
        let unexpected = || Effect::Write.shape(&Unexpected("an answer of the append script"));
        let outcome = Outcome::read(reply).ok_or_else(unexpected)?;
        billing::count(outcome.calls(looks, marked, draft.images.len(), counted));
        if looks && !matches!(outcome, Outcome::Newer(_)) {
            self.layout.fits();
        }
        match outcome {
            Outcome::Stored { seq, images } => {
                let (message, json) = with_seq(&format!("{head}{images}{tail}"), seq).ok_or_else(unexpected)?;
                Ok(Appended { message, json, repeated: false })
            }
            Outcome::Repeated { seq, json } => {
                let (message, json) = with_seq(&json, seq).ok_or_else(unexpected)?;
                Ok(Appended { message, json, repeated: true })
            }
            Outcome::Reused(refusal)
            | Outcome::Forgotten(refusal)
            | Outcome::Limited(refusal)
            | Outcome::NoImage(refusal)
            | Outcome::NoRoom(refusal) => Err(Error::Refused(refusal)),
            Outcome::Newer(layout) => Err(self.layout.newer(&layout)),
            Outcome::Unknown(text) => Err(Error::OutcomeUnknown(text)),
        }
    }
}

enum Outcome {
    Stored {
        seq: u64,
        images: String,
    },
    Repeated {
        seq: u64,
        json: String,
    },
    /// The sender's id is another message's.
    Reused(domain::Error),
    /// The message is no longer in the log.
    Forgotten(domain::Error),
    Limited(domain::Error),
    NoImage(domain::Error),
    NoRoom(domain::Error),
    /// The layout of the store.
    Newer(String),
    Unknown(String),
}

impl Outcome {
    fn read(reply: Reply) -> Option<Self> {
        let mut items = reply.array().ok()?.into_iter().map(Reply::text);
        let mut next = || items.next()?.ok();
        Some(match next()?.as_str() {
            "stored" => Self::Stored { seq: next()?.parse().ok()?, images: next()? },
            "repeated" => Self::Repeated { seq: next()?.parse().ok()?, json: next()? },
            "reused" => Self::Reused(
                domain::Error::new(Code::IdReused, "This message id was used before, for another message")
                    .at("messageId"),
            ),
            "forgotten" => Self::Forgotten(
                domain::Error::new(Code::IdReused, "The message with this id was sent, and is no longer kept")
                    .at("messageId"),
            ),
            "no room" => Self::NoRoom(domain::Error::room_not_found()),
            "no image" => Self::NoImage(
                domain::Error::new(Code::ImageExpired, "An image of this message is gone; upload it again")
                    .at("images"),
            ),
            "limited" => Self::Limited(limited("messages", &next()?)?),
            "newer" => Self::Newer(next()?),
            "unknown" => Self::Unknown(next()?),
            _ => return None,
        })
    }

    /// Commands that the script called on the way to this answer, apart from what it looks up after the store went back; of
    /// several images, as if the last one were missing.
    fn calls(&self, looks: bool, marked: bool, images: usize, buckets: usize) -> usize {
        let (mark, looked) = (usize::from(marked), usize::from(looks));
        match self {
            Self::Newer(_) | Self::Reused(_) | Self::Limited(_) => looked,
            Self::Repeated { .. } => looked + 1,
            Self::Forgotten(_) => looked + 2,
            Self::NoImage(_) => looked + images,
            Self::NoRoom(_) => looked + images + 1,
            Self::Stored { .. } | Self::Unknown(_) => looked + 2 * images + mark + buckets + 2,
        }
    }
}

/// The stored JSON without its images, cut in two where the script puts them in.
fn json_around_images(draft: &Draft, id: &MessageId, now: u64) -> serde_json::Result<(String, String)> {
    let mut head = serde_json::to_string(&Message {
        id: id.to_string(),
        client_id: draft.client.to_string(),
        content: draft.content.clone(),
        room_id: draft.room.to_string(),
        timestamp: domain::timestamp(now),
        message_type: draft.message_type,
        username: draft.username.clone(),
        avatar: draft.avatar.clone(),
        mime_type: None,
        images: Vec::new(),
        reply_to: None,
        edited_at: None,
        seq: 0,
    })?;
    head.pop();
    let tail = draft.reply_to.map_or_else(|| "}".to_owned(), |seq| format!(",\"replyTo\":{seq}}}"));
    Ok((head, tail))
}
