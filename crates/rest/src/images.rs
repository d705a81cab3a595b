//! Images: files by the hash of their bytes.

use domain::{ClientId, Code, Error, Identities, ImageId, ImageMeta, RateLimits};
use http::{HeaderValue, StatusCode, header};
use store::{Image, Store, Transport, etag_matches};

use crate::{Call, Response, Result, Verb, identity, reply};

/// An id names its bytes, so what was read once need never be asked for again.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Answers the routes of images. One image takes several times its size in memory, so callers with little of it do one at
/// a time. `now`: Unix time in ms. `limits` are on uploads.
pub async fn handle<T: Transport>(
    mut call: Call,
    store: &Store<T>,
    identities: &Identities,
    limits: RateLimits,
    now: u64,
) -> Result<Response> {
    match call.verb {
        Verb::Post => upload(&call, store, identities, limits, now).await,
        Verb::Get => read(&mut call, store).await,
    }
}

/// The uploader is named by the query parameter `clientId`, since the body is the file.
async fn upload<T: Transport>(
    call: &Call,
    store: &Store<T>,
    identities: &Identities,
    limits: RateLimits,
    now: u64,
) -> Result<Response> {
    let room = call.room()?;
    let client = match call.query("clientId") {
        None | Some("") => return Err(Error::new(Code::MissingField, "Client ID is required").at("clientId").into()),
        Some(id) => ClientId::parse(id, "clientId")?,
    };
    let renewed = identity::authorize(call, identities, &client)?;
    let data = call.bytes();
    if data.is_empty() {
        return Err(Error::new(Code::MissingField, "The body must be an image file").at("image").into());
    }
    // Tools that send a file often name a type that says nothing of it; only a claim to be an image is held against it.
    let claim =
        call.header(header::CONTENT_TYPE).filter(|claim| claim.trim_start().to_ascii_lowercase().starts_with("image/"));
    let meta = ImageMeta::read_as(&data, claim.unwrap_or_default())?;
    let image = Image { meta: meta.in_room(&room), data };
    store.put_image_within(&room, &image, now, &call.quota(limits)).await?;
    let mut response = reply::json(StatusCode::CREATED, &image.meta);
    reply::set(response.headers_mut(), header::LOCATION, &image.meta.url);
    reply::renew(&mut response, renewed);
    Ok(response)
}

async fn read<T: Transport>(call: &mut Call, store: &Store<T>) -> Result<Response> {
    let (room, id) = (call.room()?, call.image()?);
    let etag = format!("\"{id}\"");
    // Who names the hash has the bytes; the store need not be asked.
    let known = call.header(header::IF_NONE_MATCH).filter(|tags| !tags.contains('*'));
    if known.is_some_and(|tags| etag_matches(tags, &etag)) {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(lasting(response, &etag));
    }
    let image = store.image(&room, &id).await?.ok_or_else(not_found)?;
    let (essence, extension) = kind(&image.meta.mime_type);
    let mut response = Response::new(call.answer(image.data.into()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(essence));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    reply::set(headers, header::CONTENT_DISPOSITION, &format!("inline; filename=\"{}.{extension}\"", short(&id)));
    Ok(lasting(response, &etag))
}

fn lasting(mut response: Response, etag: &str) -> Response {
    reply::set(response.headers_mut(), header::ETAG, &etag);
    response.headers_mut().insert(header::CACHE_CONTROL, FOREVER);
    response
}

fn not_found() -> Error {
    Error::new(Code::ImageNotFound, "Image not found")
}

/// The type that is answered, and the extension of the file's name. A type that was not written by this API is bytes.
fn kind(mime_type: &str) -> (&'static str, &'static str) {
    match mime_type {
        "image/png" => ("image/png", "png"),
        "image/jpeg" => ("image/jpeg", "jpg"),
        "image/gif" => ("image/gif", "gif"),
        "image/webp" => ("image/webp", "webp"),
        "image/avif" => ("image/avif", "avif"),
        _ => ("application/octet-stream", "bin"),
    }
}

fn short(id: &ImageId) -> &str {
    id.as_str().get(..12).unwrap_or("image")
}
