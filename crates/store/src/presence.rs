//! Who is where, and which hubs live.
//!
//! A presence field lives as long as nobody removes it, so it counts only while its hub has a live key: a hub that dies
//! takes its members with it within 75 s.

use domain::{ClientId, Room, RoomId, limits};
use upstash::{Command, Reply, Script, Unexpected};

use crate::billing;
use crate::error::Effect;
use crate::layout::LAYOUT;
use crate::log::{Section, entries};
use crate::rooms::room_from;
use crate::{Action, Error, Event, Page, Store, Transport, keys, scripts};

/// Seconds that a hub's key lives after a beat, by the store's clock.
const HUB_SECONDS: u64 = 75;

/// A hub's id, made at its start: any text without `|`.
pub type HubId = String;

/// What a hub learns when a client comes to a room.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The room.
    pub room: Room,
    /// Who is there, the newcomer included, as (client id, hub id); hubs that died may still be among them.
    pub online: Vec<(String, HubId)>,
    /// The newest page.
    pub page: Page,
}

impl<T: Transport> Store<T> {
    /// Presence write, room, who is online, and the newest page (200), in one script; publishes the presence event.
    /// Refusal: `room_not_found`.
    pub async fn enter(&self, room: &RoomId, hub: &str, client: &ClientId) -> Result<Entered, Error> {
        self.refuse_if_newer()?;
        let event = presence(room, hub, client.as_str(), Action::Join)?;
        let call = scripts::ENTER.call(
            vec![keys::room(room).into(), keys::log(room).into(), keys::online(room).into()],
            vec![field(hub, client.as_str()).into(), (limits::PAGE_MAX + 1).into(), event.into()],
        );
        let reply = self.eval(call).await?;
        if reply == Reply::Nil {
            billing::count(1);
            return Err(domain::Error::room_not_found().into());
        }
        billing::count(5);
        entered(room, reply).map_err(|error| Effect::Write.shape(&error))
    }

    /// Writes the presence of a further client on a hub that has entered the room, and publishes it, if it was not there.
    pub async fn join(&self, room: &RoomId, hub: &str, client: &ClientId) -> Result<(), Error> {
        self.present(&scripts::JOIN, room, hub, client, Action::Join).await
    }

    /// Removes a client's presence on this hub and publishes it, if it was there.
    pub async fn leave(&self, room: &RoomId, hub: &str, client: &ClientId) -> Result<(), Error> {
        self.present(&scripts::LEAVE, room, hub, client, Action::Leave).await
    }

    async fn present(
        &self,
        script: &'static Script,
        room: &RoomId,
        hub: &str,
        client: &ClientId,
        action: Action,
    ) -> Result<(), Error> {
        self.refuse_if_newer()?;
        let event = presence(room, hub, client.as_str(), action)?;
        let call = script.call(vec![keys::online(room).into()], vec![field(hub, client.as_str()).into(), event.into()]);
        let told = self.eval(call).await?.int().map_err(|error| Effect::Write.shape(&error))?;
        billing::count(if told == 1 { 2 } else { 1 });
        Ok(())
    }

    /// Drops the presence that dead hubs left in a room: (client id, hub id), as [`Store::enter`] gave them. It publishes
    /// that they left, so that a hub that was wrongly taken for dead hears it and writes them again.
    pub async fn forget(&self, room: &RoomId, gone: &[(String, HubId)]) -> Result<(), Error> {
        if gone.is_empty() {
            return Ok(());
        }
        self.refuse_if_newer()?;
        let mut arguments = Vec::new();
        for (client, hub) in gone {
            arguments.push(field(hub, client).into());
            arguments.push(presence(room, hub, client, Action::Leave)?.into());
        }
        let call = scripts::FORGET.call(vec![keys::online(room).into()], arguments);
        let told = self.eval(call).await?.count().map_err(|error| Effect::Write.shape(&error))?;
        billing::count(gone.len() + usize::try_from(told).unwrap_or_default());
        Ok(())
    }

    /// Renews the hub's key (75 s) and publishes its beat, with the layout that it writes, in one round trip. A pipeline,
    /// since the three commands need no atomicity and a script would be billed as a fourth.
    pub async fn beat(&self, hub: &str) -> Result<(), Error> {
        self.refuse_if_newer()?;
        let key = keys::hub(hub);
        let event = json(&Event::Beat { hub_id: hub.to_owned(), layout: Some(LAYOUT) })?;
        let commands = [
            Command::new("SET").arg(&key).arg("1").arg("EX").arg(HUB_SECONDS),
            Command::new("SET").arg(keys::HUBS_LIVE).arg("1").arg("EX").arg(HUB_SECONDS),
            Command::new("PUBLISH").arg("events").arg(&event),
        ];
        self.pipeline(&commands, Effect::Write, self.deadline).await.map(drop)
    }

    /// Takes the hub's key away, so that its members stop counting at once.
    pub async fn retire(&self, hub: &str) -> Result<(), Error> {
        let key = keys::hub(hub);
        self.write(&Command::new("DEL").arg(&key)).await.map(drop)
    }

    /// Which of these hubs have a live key.
    pub async fn live_hubs(&self, hubs: &[HubId]) -> Result<Vec<HubId>, Error> {
        if hubs.is_empty() {
            return Ok(Vec::new());
        }
        let command = Command::new("MGET").args(hubs.iter().map(|hub| keys::hub(hub)));
        let values = self.read(&command).await?.array().map_err(|error| Effect::Read.shape(&error))?;
        let live = hubs.iter().zip(values).filter(|(_, value)| *value != Reply::Nil);
        Ok(live.map(|(hub, _)| hub.clone()).collect())
    }
}

fn field(hub: &str, client: &str) -> String {
    format!("{hub}|{client}")
}

fn presence(room: &RoomId, hub: &str, client: &str, action: Action) -> Result<String, Error> {
    json(&Event::Presence { room_id: room.to_string(), hub_id: hub.to_owned(), client_id: client.to_owned(), action })
}

fn json(event: &Event) -> Result<String, Error> {
    serde_json::to_string(event).map_err(|error| Error::Unavailable(error.to_string()))
}

fn entered(id: &RoomId, reply: Reply) -> Result<Entered, Unexpected> {
    const WANTED: Unexpected = Unexpected("a room, its presence and its newest entries");
    let [room, online, log] = <[Reply; 3]>::try_from(reply.array()?).map_err(|_| WANTED)?;
    let room = room_from(id.as_str(), room)?.ok_or(WANTED)?;
    let fields = online.array()?.into_iter().map(Reply::text).collect::<Result<Vec<_>, _>>()?;
    let online = fields.iter().filter_map(|field| field.rsplit_once('|'));
    let online = online.map(|(hub, client)| (client.to_owned(), hub.to_owned())).collect();
    Ok(Entered { room, online, page: Section::newest(entries(log)?, limits::PAGE_MAX).read() })
}
