//! Rooms.

use domain::{Error, Identities, NewRoom, RateLimits, Room};
use http::{StatusCode, header};
use store::{Store, Transport};

use crate::{Call, Response, Result, Route, Verb, identity, reply};

/// Answers the routes of rooms. `now`: Unix time in ms. `limits` are on new rooms.
pub async fn handle<T: Transport>(
    call: Call,
    store: &Store<T>,
    identities: &Identities,
    limits: RateLimits,
    now: u64,
) -> Result<Response> {
    match (call.route, call.verb) {
        (Route::ClientRooms, Verb::Post) => create(&call, store, identities, limits, now).await,
        (Route::ClientRooms, Verb::Get) => list(&call, store, identities).await,
        _ => read(&call, store).await,
    }
}

async fn create<T: Transport>(
    call: &Call,
    store: &Store<T>,
    identities: &Identities,
    limits: RateLimits,
    now: u64,
) -> Result<Response> {
    let creator = call.client()?;
    let renewed = identity::authorize(call, identities, &creator)?;
    let new = NewRoom::parse(creator, &call.object()?)?;
    let room = store.create_room_within(&new, now, &call.quota(limits)).await?;
    let mut response = reply::json(StatusCode::CREATED, &room);
    reply::set(response.headers_mut(), header::LOCATION, &format!("/api/rooms/{}", room.id));
    reply::renew(&mut response, renewed);
    Ok(response)
}

/// An issued id's rooms are told only to its owner: who knows a room's id may read the room, and client ids are public.
async fn list<T: Transport>(call: &Call, store: &Store<T>, identities: &Identities) -> Result<Response> {
    let client = call.client()?;
    let renewed = if client.is_issued() { identity::authorize(call, identities, &client)? } else { None };
    let mut response = reply::json(StatusCode::OK, &store.rooms_of(&client).await?);
    reply::renew(&mut response, renewed);
    Ok(response)
}

/// One room, by its id alone or as one that a client created.
async fn read<T: Transport>(call: &Call, store: &Store<T>) -> Result<Response> {
    let creator = if call.route == Route::ClientRoom { Some(call.client()?) } else { None };
    let is_theirs = |room: &Room| creator.as_ref().is_none_or(|creator| creator.as_str() == room.creator_id);
    let room = store.room(&call.room()?).await?.filter(is_theirs).ok_or_else(Error::room_not_found)?;
    Ok(reply::json(StatusCode::OK, &room))
}
