//! The event stream: subscribes first, lets the rooms read what they missed, and then hands out events as they come.

use std::time::Duration;

use store::{Action, Event, StreamError, Subscription};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::hub::Shared;
use crate::new_rooms;
use crate::room::{Command, Entry};

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Keeps the stream open until the hub stops.
pub(crate) async fn run(hub: Shared) {
    tokio::select! {
        () = follow(&hub) => {}
        () = hub.stopping.cancelled() => {}
    }
    hub.set_stream_live(false);
}

async fn follow(hub: &Shared) {
    let mut pause = SHORTEST_PAUSE;
    loop {
        match hub.store.subscribe().await {
            Ok(stream) => {
                pause = SHORTEST_PAUSE;
                hub.metrics.stream_opens.add(1);
                hub.hubs.excuse(Instant::now());
                // While nothing was heard the store may have been upgraded, or restored from before an upgrade.
                hub.look_at_layout().await;
                // Subscribed first, read second: nothing falls between the two.
                hub.rooms.send_all(|| Command::Refresh);
                hub.set_stream_live(true);
                let end = listen(hub, stream).await;
                hub.set_stream_live(false);
                tracing::warn!(end, "the event stream ended");
            }
            Err(error) => {
                tracing::warn!(%error, "the event stream can't be opened");
            }
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Hands out events until the stream ends or falls silent. This hub's own beats come back by it, so silence for two of
/// them means that it is dead, whatever the connection says.
async fn listen(hub: &Shared, mut stream: Subscription) -> String {
    let patience = hub.beat * 2 + Duration::from_secs(1);
    loop {
        match timeout(patience, stream.next()).await {
            Ok(Ok(event)) => dispatch(hub, event),
            Ok(Err(StreamError::Unreadable(why))) => tracing::error!(why, "an event was skipped"),
            Ok(Err(StreamError::Ended(why))) => return why,
            Err(_) => return "no event for two beats".to_owned(),
        }
    }
}

fn dispatch(hub: &Shared, event: Event) {
    hub.metrics.events.add(1);
    match event {
        Event::Message { room_id, seq, message, json, trace } => {
            hub.rooms.heard(&room_id, seq);
            let trace = trace.filter(|_| hub.tracer.is_on());
            let entry = Entry { seq, id: message.id, json, arrived: Some(std::time::Instant::now()) };
            hub.rooms.send(&room_id, Command::Message(entry, trace));
        }
        Event::Unknown { room_id: Some(room_id), seq: Some(seq) } => {
            hub.rooms.heard(&room_id, seq);
            hub.rooms.send(&room_id, Command::Entry { seq });
        }
        Event::Unknown { .. } => {}
        Event::Room { client_id, room } => new_rooms::announce(hub, &client_id, &room),
        Event::Presence { room_id, hub_id, client_id, action } => {
            // A hub that is gone can't join; but others may say for it that its members have left.
            if action == Action::Join {
                hub.alive(&hub_id);
            }
            hub.rooms.send(&room_id, Command::Presence { hub: hub_id, client: client_id, action });
        }
        Event::Beat { hub_id, layout } => {
            // A newer hub that lives has made the store newer.
            if let Some(layout) = layout {
                hub.store.heard_of_layout(layout);
            }
            hub.alive(&hub_id);
        }
    }
}

/// Gives this hub's signs of life and finds out who gives none.
pub(crate) async fn beat(hub: Shared) {
    let mut ticks = interval(hub.beat);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = hub.stopping.cancelled() => return,
        }
        if hub.store.newer_layout().is_some() {
            // No sign of life from a hub that writes nothing; the store may go back to a layout that it knows.
            hub.look_at_layout().await;
        } else if let Err(error) = hub.store.beat(&hub.id).await {
            tracing::warn!(%error, "the beat was not written");
            ticks.reset_after(hub.beat.min(SHORTEST_PAUSE * 10));
        }
        if hub.stream_live() {
            for gone in hub.hubs.expire(Instant::now()) {
                tracing::info!(hub = gone, "a hub is gone");
                hub.rooms.send_all(|| Command::HubGone { hub: gone.clone() });
                // Not before: a sign of life from now on makes the rooms ask again, after they have let it go.
                hub.hubs.give_up(&gone);
            }
        }
        hub.rooms.forget_old();
    }
}
