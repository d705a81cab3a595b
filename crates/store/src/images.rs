//! Images.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{ImageId, ImageRef, RoomId};
use upstash::{Arg, Command, Reply, Unexpected};

use crate::billing;
use crate::error::Effect;
use crate::layout::LAYOUT;
use crate::quota::limited;
use crate::{Error, Quota, Store, Transport, keys, scripts};

/// Seconds that an image lives which no message names.
const UNNAMED_SECONDS: u64 = 86_400;
/// An image on its way may take this many times as long as other operations.
const IMAGE_DEADLINES: u32 = 5;

/// An image with its bytes.
#[derive(Debug, Clone)]
pub struct Image {
    /// What a message says of it.
    pub meta: ImageRef,
    /// The file.
    pub data: bytes::Bytes,
}

impl<T: Transport> Store<T> {
    /// [`Self::put_image_within`] no limits.
    pub async fn put_image(&self, room: &RoomId, image: &Image) -> Result<(), Error> {
        self.put_image_within(room, image, 0, &Quota::NONE).await
    }

    /// Stores an image for 24 hours, or until a message names it; one that is named stays for good, also when it is
    /// uploaded again. `meta.id` is the SHA-256 of `data`; `now` is Unix time in ms. A quota adds 1 billed command.
    /// Refusals: `room_not_found`; `rate_limited`; `store_newer`; `image_not_found` for an id that is no SHA-256.
    pub async fn put_image_within(&self, room: &RoomId, image: &Image, now: u64, quota: &Quota) -> Result<(), Error> {
        self.put_image_beside(keys::log(room), room, image, now, quota).await
    }

    /// The same for a room whose log has this key.
    pub(crate) async fn put_image_beside(
        &self,
        log: String,
        room: &RoomId,
        image: &Image,
        now: u64,
        quota: &Quota,
    ) -> Result<(), Error> {
        let meta = &image.meta;
        let id = ImageId::parse(&meta.id)?;
        let mut names: Vec<Arg<'_>> = vec![log.into(), keys::image(room, &id).into(), keys::LAYOUT.into()];
        let mut args: Vec<Arg<'_>> = vec![
            (&meta.mime_type).into(),
            u64::from(meta.width).into(),
            u64::from(meta.height).into(),
            meta.bytes.into(),
            STANDARD.encode(&image.data).into(),
            UNNAMED_SECONDS.into(),
            LAYOUT.into(),
        ];
        let buckets = quota.on_upload(meta.bytes);
        let limited_by = usize::from(buckets.is_some());
        if let Some((key, buckets)) = buckets {
            names.push(key.into());
            args.push((now * 1000).into());
            for (rate, amount) in buckets {
                args.extend([rate.cost().into(), rate.capacity().into(), amount.into()]);
            }
        }
        let call = scripts::PUT_IMAGE.call(names, args);
        let reply = self.eval_alone(call, self.deadline * IMAGE_DEADLINES).await?;
        let unexpected = || Effect::Write.shape(&Unexpected("an answer of the image script"));
        let mut answer = reply.array().map_err(|_| unexpected())?.into_iter().map_while(|part| part.text().ok());
        let outcome = answer.next();
        if outcome.as_deref() != Some("newer") {
            self.layout.fits();
        }
        match outcome.as_deref() {
            Some("stored") => {
                let is_kept = answer.next().as_deref() == Some("named");
                billing::count(4 - usize::from(is_kept) + limited_by);
                Ok(())
            }
            Some("newer") => {
                billing::count(1);
                Err(self.layout.newer(&answer.next().ok_or_else(unexpected)?))
            }
            Some("no room") => {
                billing::count(2);
                Err(domain::Error::room_not_found().into())
            }
            Some("limited") => {
                billing::count(2);
                let refusal = answer.next().and_then(|wait| limited("uploads", &wait));
                Err(refusal.map_or_else(unexpected, Error::Refused))
            }
            _ => Err(unexpected()),
        }
    }

    /// An image of a room, if it is there.
    pub async fn image(&self, room: &RoomId, id: &ImageId) -> Result<Option<Image>, Error> {
        let key = keys::image(room, id);
        let command = Command::new("HMGET").arg(&key).args(["mimeType", "width", "height", "bytes", "data"]);
        let deadline = self.deadline * IMAGE_DEADLINES;
        let mut reply = self.read_within(&command, deadline).await?;
        if is_absent(&reply) {
            // A replica may not have it yet, and a browser would remember that it is missing.
            reply = self.read_at_leader(&[command], deadline).await?.pop().unwrap_or(reply);
            if is_absent(&reply) {
                return Ok(None);
            }
        }
        image_from(room, id, reply).map(Some).map_err(|error| Effect::Read.shape(&error))
    }
}

fn is_absent(reply: &Reply) -> bool {
    matches!(reply, Reply::Array(fields) if fields.iter().all(|field| *field == Reply::Nil))
}

fn image_from(room: &RoomId, id: &ImageId, reply: Reply) -> Result<Image, Unexpected> {
    const WANTED: Unexpected = Unexpected("an image with mimeType, width, height, bytes and data");
    let [mime_type, width, height, bytes, data] = <[Reply; 5]>::try_from(reply.array()?).map_err(|_| WANTED)?;
    let number = |reply: Reply| reply.text()?.parse::<u64>().map_err(|_| WANTED);
    let side = |reply: Reply| u32::try_from(number(reply)?).map_err(|_| WANTED);
    Ok(Image {
        meta: ImageRef {
            id: id.to_string(),
            url: format!("/api/rooms/{room}/images/{id}"),
            mime_type: mime_type.text()?,
            width: side(width)?,
            height: side(height)?,
            bytes: number(bytes)?,
        },
        data: STANDARD.decode(data.bytes()?).map_err(|_| WANTED)?.into(),
    })
}
