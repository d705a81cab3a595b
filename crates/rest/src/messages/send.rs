//! Sending a message.

use domain::{Error, Identities, Incoming, MessageId, RateLimits};
use http::StatusCode;
use serde_json::{Map, Value};
use store::{Image, Store, Transport};

use crate::{Call, Response, Result, identity, reply};

/// 201 with the message once the store has it; 200 with the first one when its id was used before for the same.
pub(super) async fn send<T: Transport>(
    call: &Call,
    store: &Store<T>,
    identities: &Identities,
    limits: RateLimits,
    now: u64,
) -> Result<Response> {
    let room = call.room()?;
    let mut fields = call.object()?;
    let client = Incoming::sender(&fields)?;
    let renewed = identity::authorize(call, identities, &client)?;
    if let Some(key) = call.header("idempotency-key") {
        take_key(key, &mut fields)?;
    }
    let Incoming { draft, inline } = Incoming::parse(room, client, &fields)?;
    // The text of inline images is as large as the images; the store's command will need that room.
    drop(fields);
    let quota = call.quota(limits);
    for image in inline {
        let image = Image { meta: image.meta.in_room(&draft.room), data: image.data.into() };
        store.put_image_within(&draft.room, &image, now, &quota).await?;
    }
    let appended = store.append_traced(&draft, now, &quota, call.trace()).await?;
    let status = if appended.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = reply::json(status, &appended.json);
    reply::renew(&mut response, renewed);
    Ok(response)
}

/// `Idempotency-Key`, plain or in quotes, is another place for `messageId`. Two ids that differ are a mistake.
fn take_key(key: &str, fields: &mut Map<String, Value>) -> Result<(), Error> {
    const HEADER: &str = "Idempotency-Key";
    let key = MessageId::parse(key.trim().trim_matches('"'), HEADER)?;
    let named = match fields.get("messageId") {
        Some(Value::String(id)) => Some(MessageId::parse(id, "messageId")?),
        // Another type is refused where all fields are.
        _ => None,
    };
    if named.is_some_and(|named| named != key) {
        return Err(Error::invalid(HEADER, "and messageId must be the same"));
    }
    if matches!(fields.get("messageId"), None | Some(Value::Null)) {
        fields.insert("messageId".to_owned(), Value::String(key.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "0190a5b0-7f6e-7000-8000-0123456789ab";

    fn taken(key: &str, fields: Value) -> Result<Value, Error> {
        let Value::Object(mut fields) = fields else { panic!("an object") };
        take_key(key, &mut fields).map(|()| Value::Object(fields))
    }

    #[test]
    fn the_header_stands_in_for_the_field() {
        for key in [ID.to_owned(), format!("\"{ID}\""), ID.to_uppercase()] {
            assert_eq!(taken(&key, json!({})).unwrap(), json!({"messageId": ID}));
            assert_eq!(taken(&key, json!({"messageId": null})).unwrap(), json!({"messageId": ID}));
            assert_eq!(taken(&key, json!({"messageId": ID})).unwrap(), json!({"messageId": ID}));
        }
    }

    #[test]
    fn a_header_that_differs_from_the_field_or_is_no_uuid_is_blamed() {
        for (key, fields) in [(ID, json!({"messageId": ID.replace('a', "b")})), ("7", json!({}))] {
            let error = taken(key, fields).unwrap_err();
            assert_eq!((error.code.status(), error.field.as_deref()), (422, Some("Idempotency-Key")));
        }
    }
}
