//! Images of 100 kB, up and down. The peer keeps them inside messages, and takes none of this size by REST.

use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::world::{APART, EMBEDDED, NATIVE, ROOMTALK, Target, World};
use crate::context::Context;
use crate::load::closed::{Connection, Load, Request, UNIQUE};

const SIZE: usize = 100_000;
/// Connections, and most uploads of each: every upload stays in memory for a day.
const UPLOADS: [(usize, usize); 2] = [(1, 60), (16, 8)];

pub(in crate::scenarios) async fn run(context: &Context) -> Result<()> {
    let world = World::start(context, &[ROOMTALK, EMBEDDED, APART, NATIVE]).await?;
    let rooms = world.rooms(1).await?;
    for round in 1..=context.rounds {
        for (concurrency, most) in UPLOADS {
            for (target, room) in world.targets.iter().zip(&rooms) {
                let most = Some(context.size(most, 2));
                let load = Load { most, ..target.load(context, Arc::new(upload(room)), 201, concurrency) };
                world.measure(context, target, round, &format!("image upload c{concurrency}, 100 kB"), load).await?;
                let request = Arc::new(Request::get(&image(target, room).await?, &[]));
                let load = target.load(context, request, 200, concurrency);
                world.measure(context, target, round, &format!("image download c{concurrency}, 100 kB"), load).await?;
            }
        }
    }
    world.stop().await
}

/// Uploads an image and gives its path.
pub(super) async fn image(target: &Target, room: &str) -> Result<String> {
    let mut connection = Connection::open(target.http).await?;
    let image = connection.exchange(upload(room).bytes()).await?.json(201)?;
    Ok(image["url"].as_str().context("an image without a URL")?.to_owned())
}

/// Each time another image.
fn upload(room: &str) -> Request {
    let path = format!("/api/rooms/{room}/images?clientId=bench");
    Request::post_bytes(&path, &[("content-type", "image/png")], &png())
}

/// The beginning of a picture of 640 by 480, and bytes that nobody decodes.
fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0\0\0\0\0".to_vec();
    bytes.extend_from_slice(UNIQUE.as_bytes());
    // Not compressible, as pictures are not.
    let mut state = 1_u64;
    while bytes.len() < SIZE {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&state.to_be_bytes()[..4]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_one_for_roomtalk() {
        let meta = domain::ImageMeta::read(&png()).unwrap();
        assert_eq!((meta.mime_type, meta.width, meta.height), ("image/png", 640, 480));
    }
}
