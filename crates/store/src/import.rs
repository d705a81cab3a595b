//! Bringing rooms in from another store.
//!
//! A room grows in a log that nobody sees (`room:{ID}:importing`), and gets its name and its places in the lists in one script
//! once it is whole: whoever opens its link sees all of it or no room. Nothing is published. How far it came is kept beside
//! it (`room:{ID}:imported`) and changes in the script that appends, so that a try that was cut off anywhere can be taken up.

use domain::{ClientId, Code, ImageId, Message, Room, RoomId};
use upstash::{Arg, Call, Command, Reply, Unexpected};

use crate::error::Effect;
use crate::layout::LAYOUT;
use crate::{Error, Image, Page, Quota, Store, Transport, keys, scripts};

/// How far a room was brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The first position of the old room's messages that was looked at; what lies before it is left out.
    pub start: u64,
    /// The position that comes next.
    pub position: u64,
    /// Seq of the newest entry that came from there; 1 is the room's creation.
    pub seq: u64,
    /// Whether everybody sees the room.
    pub open: bool,
}

/// What there is of a room that is to be brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// So much, or the beginning.
    At(Progress),
    /// A room of this id that was not brought in.
    Taken,
}

/// What became of messages that were to be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// They are in the room's log, each once.
    Stored(Progress),
    /// The log goes on with something else: the room is in use. None was appended.
    Used,
}

impl<T: Transport> Store<T> {
    /// Begins a room that nobody sees yet, or tells how far it came. `start` is where its messages begin, if it is new.
    pub async fn import_begin(&self, id: &RoomId, room: &Room, start: u64) -> Result<Begun, Error> {
        let json = json(room)?;
        let names = vec![
            keys::room(id).into(),
            keys::log(id).into(),
            keys::importing(id).into(),
            keys::imported(id).into(),
            keys::LAYOUT.into(),
        ];
        let args = vec![id.as_str().into(), json.into(), start.into(), LAYOUT.into()];
        let mut answer = self.script(scripts::IMPORT_BEGIN.call(names, args)).await?;
        let open = match answer.next().as_deref() {
            Some("newer") => return Err(self.layout.newer(&answer.next().ok_or_else(unexpected)?)),
            Some("staged") => false,
            Some("open") => true,
            Some("taken") => return Ok(Begun::Taken),
            _ => return Err(unexpected()),
        };
        let mark = answer.next().ok_or_else(unexpected)?;
        Progress::read(&mark, open).map(Begun::At).ok_or_else(unexpected)
    }

    /// Appends messages (seq 0, as they are stored) behind what came before, with their own ids and times; `position` is the
    /// old room's next. Their images were given to [`Store::import_image`]; they stay for good from now on.
    ///
    /// Refusal: `image_expired`. Appending the same again is no harm: each place of the log takes one message.
    pub async fn import_messages(
        &self,
        room: &RoomId,
        at: &Progress,
        messages: &[Message],
        position: u64,
    ) -> Result<Imported, Error> {
        let log = if at.open { keys::log(room) } else { keys::importing(room) };
        let mut names: Vec<Arg<'_>> = vec![log.into(), keys::imported(room).into(), keys::LAYOUT.into()];
        let mut images: Vec<_> = messages.iter().flat_map(|message| &message.images).map(|image| &image.id).collect();
        images.sort_unstable();
        images.dedup();
        for image in images {
            names.push(keys::image(room, &ImageId::parse(image)?).into());
        }
        let after = Progress { position, seq: at.seq + count(messages), ..*at };
        let mut args: Vec<Arg<'_>> = vec![at.mark().into(), after.mark().into(), at.seq.into(), LAYOUT.into()];
        for message in messages {
            args.extend([Arg::from(&message.id), json(message)?.into()]);
        }
        let mut answer = self.script(scripts::IMPORT_MESSAGES.call(names, args)).await?;
        match answer.next().as_deref() {
            Some("stored") => Ok(Imported::Stored(after)),
            Some("used") => Ok(Imported::Used),
            Some("newer") => Err(self.layout.newer(&answer.next().ok_or_else(unexpected)?)),
            Some("moved") => Err(Error::Unavailable("another import is at work on this room".to_owned())),
            Some("no image") => {
                Err(domain::Error::new(Code::ImageExpired, "An image of this message is gone").at("images").into())
            }
            _ => Err(unexpected()),
        }
    }

    /// Stores an image of a room that is being brought in, for 24 hours or until a message names it.
    pub async fn import_image(&self, room: &RoomId, at: &Progress, image: &Image) -> Result<(), Error> {
        let log = if at.open { keys::log(room) } else { keys::importing(room) };
        self.put_image_beside(log, room, image, 0, &Quota::NONE).await
    }

    /// Shows a room that is whole to everybody. `created` is its `createdAt` in ms.
    pub async fn import_open(&self, id: &RoomId, room: &Room, creator: &ClientId, created: u64) -> Result<(), Error> {
        let names = vec![
            keys::room(id).into(),
            keys::log(id).into(),
            keys::importing(id).into(),
            keys::rooms_of(creator).into(),
            keys::ROOMS.into(),
        ];
        let args = vec![
            id.as_str().into(),
            (&room.name).into(),
            (&room.description).into(),
            (&room.created_at).into(),
            (&room.creator_id).into(),
            created.into(),
        ];
        let mut answer = self.script(scripts::IMPORT_OPEN.call(names, args)).await?;
        match answer.next().as_deref() {
            Some("opened") => Ok(()),
            Some("gone") => Err(Error::Unavailable("another import is at work on this room".to_owned())),
            _ => Err(unexpected()),
        }
    }

    /// [`Store::page_from`] of a room that is being brought in, whether everybody sees it or nobody.
    pub async fn imported_page(&self, room: &RoomId, at: &Progress, from: u64, limit: usize) -> Result<Page, Error> {
        let log = if at.open { keys::log(room) } else { keys::importing(room) };
        self.log_from(&log, from, limit).await
    }

    /// Whether the creator's list and the list of all rooms have the room at this time (ms).
    pub async fn is_listed(&self, room: &RoomId, creator: &ClientId, created: u64) -> Result<bool, Error> {
        let lists = [keys::rooms_of(creator), keys::ROOMS.to_owned()];
        let commands: Vec<_> = lists.iter().map(|list| Command::new("ZSCORE").arg(list).arg(room.as_str())).collect();
        let scores = self.read_at_leader(&commands, self.deadline).await?.into_iter().map(Reply::maybe_text);
        let scores = scores.collect::<Result<Vec<_>, _>>().map_err(|error| Effect::Read.shape(&error))?;
        Ok(scores.iter().all(|score| score.as_deref() == Some(&created.to_string())))
    }

    /// The words of a script's answer.
    async fn script(&self, call: Call<'_>) -> Result<std::vec::IntoIter<String>, Error> {
        let reply = self.eval_alone(call, self.deadline).await?;
        let words = reply.array().and_then(|words| words.into_iter().map(Reply::text).collect::<Result<Vec<_>, _>>());
        words.map(Vec::into_iter).map_err(|error| Effect::Write.shape(&error))
    }
}

impl Progress {
    fn mark(&self) -> String {
        format!("{}:{}:{}", self.start, self.position, self.seq)
    }

    fn read(mark: &str, open: bool) -> Option<Self> {
        let mut numbers = mark.split(':').map(str::parse);
        let mut next = || numbers.next()?.ok();
        Some(Self { start: next()?, position: next()?, seq: next()?, open })
    }
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Unavailable(error.to_string()))
}

fn count(messages: &[Message]) -> u64 {
    u64::try_from(messages.len()).unwrap_or(u64::MAX)
}

fn unexpected() -> Error {
    Effect::Write.shape(&Unexpected("an answer of the import's scripts"))
}
