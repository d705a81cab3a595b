//! What several scenarios begin with.

use anyhow::{Context as _, Result, ensure};

use crate::context::Context;
use crate::load::socket::Client;
use crate::system::System;

/// Handshakes at a time.
const AT_ONCE: usize = 64;
/// Messages of one sender that may wait to be stored.
const IN_FLIGHT: usize = 50;

/// Connected and registered clients, the n-th on the thread of the n-th connection, spread over all hubs.
pub(super) async fn registered(context: &Context, system: &System, count: usize) -> Result<Vec<Client>> {
    let (addresses, dialect) = (system.sockets.clone(), system.dialect);
    let register = |n: usize, ()| {
        let address = addresses[n % addresses.len()];
        async move { Client::register(address, dialect, &format!("client-{n}")).await }
    };
    context.generator.each(vec![(); count], AT_ONCE, register).await
}

/// The id of a new room with this many messages.
pub(super) async fn with_history(context: &Context, system: &System, count: usize) -> Result<String> {
    let mut owner = Client::register(system.sockets[0], system.dialect, "owner").await?;
    let room = owner.create_room().await?;
    say(context, system, &room, count).await?;
    Ok(room)
}

/// Sends texts, and returns when all of them are there.
pub(super) async fn say(context: &Context, system: &System, room: &str, count: usize) -> Result<()> {
    let mut witness = Client::register(system.sockets[0], system.dialect, "witness").await?;
    witness.join(&format!("\"{room}\"")).await?;
    let senders = registered(context, system, (count / IN_FLIGHT).clamp(1, 16)).await?;
    let mut seen = 0;
    for n in 0..count {
        let text = format!("Message {n} of {count}, with as many words as people use when they talk to each other.");
        senders[n % senders.len()].send(room, &text)?;
        // No more on its way than each client may have.
        let wait = (n + 1).saturating_sub(IN_FLIGHT * senders.len() / 2);
        let wait = if n + 1 == count { count } else { wait };
        while seen < wait {
            witness.until("a message", |text| text.starts_with(br#"42["new_message""#)).await?;
            seen += 1;
        }
    }
    Ok(())
}

/// How many messages a frame or a page holds.
pub(super) fn messages(page: &str) -> usize {
    page.matches(r#""content":"#).count()
}

/// The newest message of a `message_history`: its seq and its id.
pub(super) fn newest(history: &str) -> Result<(u64, String)> {
    let json = history.get(2..).context("no event")?;
    let (_, messages): (String, Vec<serde_json::Value>) = serde_json::from_str(json)?;
    let newest = messages.last().context("an empty history")?;
    let (seq, id) = (newest["seq"].as_u64(), newest["id"].as_str());
    ensure!(seq.is_some() && id.is_some(), "a message without seq or id");
    Ok((seq.unwrap_or_default(), id.unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: &str =
        r#"42["message_history",[{"id":"a","content":"1","seq":2},{"id":"b","content":"2","seq":3}]]"#;

    #[test]
    fn the_newest_message_of_a_history_is_its_last() {
        assert_eq!(newest(HISTORY).ok(), Some((3, "b".to_owned())));
        assert!(newest(r#"42["message_history",[]]"#).is_err());
    }

    #[test]
    fn the_messages_of_a_page_are_counted() {
        assert_eq!(messages(HISTORY), 2);
    }
}
