//! Rooms.

use std::time::Duration;

use domain::{ClientId, NewRoom, Room, RoomId};
use upstash::{Arg, Command, Reply, Unexpected};

use crate::billing;
use crate::error::Effect;
use crate::layout::LAYOUT;
use crate::quota::limited;
use crate::{Error, Quota, Store, Transport, keys, scripts};

/// Tries to find an id that no room has. The second is hardly ever needed: there are 62^10.
const TRIES: usize = 5;
/// Rooms read in one request.
const ROOMS_PER_REQUEST: usize = 200;
/// The status must answer within 2 s, also when the store does not.
const STATUS_DEADLINE: Duration = Duration::from_millis(1500);

impl<T: Transport> Store<T> {
    /// [`Self::create_room_within`] no limits.
    pub async fn create_room(&self, new: &NewRoom, now: u64) -> Result<Room, Error> {
        self.create_room_within(new, now, &Quota::NONE).await
    }

    /// Creates a room with its first log entry, adds it to its creator's list and publishes it, in one script.
    /// `now` is Unix time in ms. A quota adds 1 billed command. Refusals: `rate_limited`; `store_newer`.
    pub async fn create_room_within(&self, new: &NewRoom, now: u64, quota: &Quota) -> Result<Room, Error> {
        for _ in 0..TRIES {
            let id = RoomId::generate()?;
            let room = Room {
                id: id.to_string(),
                name: new.name.clone(),
                description: new.description.clone(),
                created_at: domain::timestamp(now),
                creator_id: new.creator.to_string(),
            };
            if self.create(&id, &room, &new.creator, now, quota).await? {
                return Ok(room);
            }
        }
        Err(Error::Unavailable(format!("{TRIES} random room ids were all taken")))
    }

    /// False when the id is taken.
    async fn create(
        &self,
        id: &RoomId,
        room: &Room,
        creator: &ClientId,
        now: u64,
        quota: &Quota,
    ) -> Result<bool, Error> {
        let json = serde_json::to_string(room).map_err(|e| Error::Unavailable(e.to_string()))?;
        let mut names: Vec<Arg<'_>> = vec![
            keys::room(id).into(),
            keys::log(id).into(),
            keys::rooms_of(creator).into(),
            keys::ROOMS.into(),
            keys::LAYOUT.into(),
        ];
        let mut args: Vec<Arg<'_>> = vec![
            (&room.id).into(),
            (&room.name).into(),
            (&room.description).into(),
            (&room.created_at).into(),
            (&room.creator_id).into(),
            now.into(),
            json.into(),
            LAYOUT.into(),
        ];
        let bucket = quota.on_room();
        let limited_by = usize::from(bucket.is_some());
        if let Some((key, rate)) = bucket {
            names.push(key.into());
            args.extend([(now * 1000).into(), rate.cost().into(), rate.capacity().into()]);
        }
        let call = scripts::CREATE_ROOM.call(names, args);
        let shape = |error: Unexpected| Effect::Write.shape(&error);
        let mut answer = self.eval(call).await?.array().map_err(shape)?.into_iter();
        let mut next = || answer.next().unwrap_or(Reply::Nil).text().map_err(shape);
        let outcome = next()?;
        billing::count(match outcome.as_str() {
            "newer" | "limited" => 1,
            "taken" => 2,
            _ => 6 + limited_by,
        });
        if outcome == "newer" {
            return Err(self.layout.newer(&next()?));
        }
        self.layout.fits();
        match outcome.as_str() {
            "created" => Ok(true),
            "taken" => Ok(false),
            "limited" => {
                let refusal = limited("new rooms", &next()?);
                Err(refusal.map_or_else(|| shape(Unexpected("a time to wait")), Error::Refused))
            }
            _ => Err(Error::OutcomeUnknown(next()?)),
        }
    }

    /// A room, if there is one of this id.
    pub async fn room(&self, id: &RoomId) -> Result<Option<Room>, Error> {
        let key = keys::room(id);
        let command = Command::new("HGETALL").arg(&key);
        let mut reply = self.read(&command).await?;
        if reply.is_empty() {
            // A replica may not have it yet.
            reply = self.read_at_leader(&[command], self.deadline).await?.pop().unwrap_or(reply);
        }
        room_from(id.as_str(), reply).map_err(|error| Effect::Read.shape(&error))
    }

    /// The rooms that a client created, newest last. Two round trips: the ids, then the rooms.
    pub async fn rooms_of(&self, client: &ClientId) -> Result<Vec<Room>, Error> {
        let shape = |error| Effect::Read.shape(&error);
        let list = keys::rooms_of(client);
        let ids = self.read(&Command::new("ZRANGE").arg(&list).arg(0usize).arg("-1")).await?;
        let ids = ids.array().map_err(shape)?.into_iter().map(Reply::text).collect::<Result<Vec<_>, _>>();
        let ids = ids.map_err(shape)?;
        let mut rooms = Vec::with_capacity(ids.len());
        for ids in ids.chunks(ROOMS_PER_REQUEST) {
            let ids = ids.iter().map(|id| RoomId::parse(id)).collect::<Result<Vec<_>, _>>()?;
            let commands: Vec<_> = ids.iter().map(|id| Command::new("HGETALL").arg(keys::room(id))).collect();
            let replies = self.pipeline(&commands, Effect::Read, self.deadline).await?;
            for (id, reply) in ids.iter().zip(replies) {
                rooms.extend(room_from(id.as_str(), reply).map_err(shape)?);
            }
        }
        Ok(rooms)
    }

    /// How many rooms there are in all, and whether some hub is live. Takes 1.5 s at most.
    pub async fn status(&self) -> Result<(u64, bool), Error> {
        let commands = [Command::new("ZCARD").arg(keys::ROOMS), Command::new("EXISTS").arg(keys::HUBS_LIVE)];
        let deadline = self.deadline.min(STATUS_DEADLINE);
        let mut replies = self.pipeline(&commands, Effect::Read, deadline).await?.into_iter();
        let mut count = || replies.next().unwrap_or(Reply::Nil).count().map_err(|error| Effect::Read.shape(&error));
        Ok((count()?, count()? > 0))
    }
}

/// Reads the fields of a room's hash, as HGETALL gives them: none when there is no room.
pub(crate) fn room_from(id: &str, reply: Reply) -> Result<Option<Room>, Unexpected> {
    let fields = reply.array()?;
    if fields.is_empty() {
        return Ok(None);
    }
    let (mut name, mut description, mut created_at, mut creator_id) = (None, None, None, None);
    let mut fields = fields.into_iter();
    while let (Some(field), Some(value)) = (fields.next(), fields.next()) {
        let place = match field.text()?.as_str() {
            "name" => &mut name,
            "description" => &mut description,
            "createdAt" => &mut created_at,
            "creatorId" => &mut creator_id,
            _ => continue,
        };
        *place = Some(value.text()?);
    }
    match (name, description, created_at, creator_id) {
        (Some(name), Some(description), Some(created_at), Some(creator_id)) => {
            Ok(Some(Room { id: id.to_owned(), name, description, created_at, creator_id }))
        }
        _ => Err(Unexpected("a room with name, description, createdAt and creatorId")),
    }
}
