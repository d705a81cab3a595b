//! Images.

use domain::{Code, Draft, ImageId, ImageRef, RoomId};
use store::{Cursor, Image};

use crate::world::{NOW, World, anonymous_draft, code, on_every_store, unknown_room};

/// An image with these bytes, and its id.
pub(crate) fn image(room: &RoomId, data: &str) -> (ImageId, Image) {
    let id = ImageId::of(data.as_bytes());
    let meta = ImageRef {
        id: id.to_string(),
        url: format!("/api/rooms/{room}/images/{id}"),
        mime_type: "image/png".to_owned(),
        width: 640,
        height: 480,
        bytes: data.len() as u64,
    };
    (id, Image { meta, data: data.to_owned().into() })
}

async fn ttl(world: &World, room: &RoomId, id: &ImageId) -> i64 {
    world.command(&["TTL", &format!("room:{{{room}}}:image:{id}")]).await.int().unwrap()
}

on_every_store! {
    async fn an_image_comes_back_byte_by_byte_and_lives_a_day(world: &World) {
        let room = world.room().await;
        let (id, mut image) = image(&room, "");
        image.data = (0..=255u8).cycle().take(100_000).collect::<Vec<_>>().into();
        image.meta.bytes = 100_000;
        world.store.put_image(&room, &image).await.unwrap();
        let read = world.store.image(&room, &id).await.unwrap().unwrap();
        assert_eq!(read.meta, image.meta);
        assert_eq!(read.data, image.data);
        let ttl = ttl(world, &room, &id).await;
        assert!((86_000..=86_400).contains(&ttl), "{ttl}");
    }

    async fn an_image_of_5_mib_fits(world: &World) {
        let room = world.room().await;
        let data = "x".repeat(5 * 1024 * 1024);
        let (id, image) = image(&room, &data);
        world.store.put_image(&room, &image).await.unwrap();
        assert_eq!(world.store.image(&room, &id).await.unwrap().unwrap().data, image.data);
    }

    async fn a_missing_image_is_none(world: &World) {
        let room = world.room().await;
        assert!(world.store.image(&room, &ImageId::of(b"x")).await.unwrap().is_none());
    }

    async fn an_image_for_an_unknown_room_leaves_nothing_behind(world: &World) {
        let (_, image) = image(&unknown_room(), "x");
        assert_eq!(code(world.store.put_image(&unknown_room(), &image).await.unwrap_err()), Code::RoomNotFound);
        assert_eq!(world.keys().await, [""; 0]);
    }

    async fn a_message_names_its_images_in_order_and_keeps_them_for_good(world: &World) {
        let room = world.room().await;
        let images: Vec<_> = ["one", "two", "three"].iter().map(|data| image(&room, data)).collect();
        for (_, image) in &images {
            world.store.put_image(&room, image).await.unwrap();
        }
        let (unnamed, unnamed_image) = image(&room, "four");
        world.store.put_image(&room, &unnamed_image).await.unwrap();
        let ids: Vec<_> = [2, 0, 1, 0].iter().map(|n: &usize| images[*n].0.clone()).collect();
        let metas: Vec<_> = [2, 0, 1, 0].iter().map(|n: &usize| images[*n].1.meta.clone()).collect();
        let draft = Draft { images: ids, reply_to: Some(1), ..world.draft(&room, "![](image:2)") };

        let appended = world.store.append(&draft, NOW).await.unwrap();
        assert_eq!(appended.message.images, metas);
        assert_eq!(appended.json.get(), serde_json::to_string(&appended.message).unwrap());
        let page = world.page(&room, Cursor::Newest, 10).await;
        assert_eq!(page.json[0].get(), appended.json.get());
        assert_eq!(world.store.append(&draft, NOW).await.unwrap().message, appended.message);
        for (id, _) in &images {
            assert_eq!(ttl(world, &room, id).await, -1);
        }
        assert!(ttl(world, &room, &unnamed).await > 0);
    }

    async fn uploading_again_keeps_a_named_image_for_good_and_gives_an_unnamed_one_another_day(world: &World) {
        let room = world.room().await;
        let (named, named_image) = image(&room, "named");
        let (unnamed, unnamed_image) = image(&room, "unnamed");
        for image in [&named_image, &unnamed_image] {
            world.store.put_image(&room, image).await.unwrap();
        }
        world.store.append(&Draft { images: vec![named.clone()], ..world.draft(&room, "x") }, NOW).await.unwrap();
        world.command(&["EXPIRE", &format!("room:{{{room}}}:image:{unnamed}"), "100"]).await;
        for image in [&named_image, &unnamed_image] {
            world.store.put_image(&room, image).await.unwrap();
        }
        assert_eq!(ttl(world, &room, &named).await, -1);
        assert!(ttl(world, &room, &unnamed).await > 86_000);
    }

    async fn a_message_with_an_expired_image_is_refused_and_leaves_everything_as_it_was(world: &World) {
        let room = world.room().await;
        let (kept, kept_image) = image(&room, "kept");
        world.store.put_image(&room, &kept_image).await.unwrap();
        let keys = world.keys().await;
        let draft = Draft { images: vec![kept.clone(), ImageId::of(b"gone")], ..world.draft(&room, "x") };
        assert_eq!(code(world.store.append(&draft, NOW).await.unwrap_err()), Code::ImageExpired);
        assert_eq!(world.keys().await, keys, "no mark of the id");
        assert!(ttl(world, &room, &kept).await > 0, "the other image still expires");
        assert!(world.contents(&room).await.is_empty());

        let (_, again) = image(&room, "gone");
        world.store.put_image(&room, &again).await.unwrap();
        assert_eq!(world.store.append(&draft, NOW).await.unwrap().message.seq, 2);
    }

    async fn an_image_belongs_to_its_room(world: &World) {
        let (room, other) = (world.room().await, world.room().await);
        let (id, image) = image(&room, "x");
        world.store.put_image(&room, &image).await.unwrap();
        assert!(world.store.image(&other, &id).await.unwrap().is_none());
        let draft = Draft { images: vec![id], ..anonymous_draft(&other, "x") };
        assert_eq!(code(world.store.append(&draft, NOW).await.unwrap_err()), Code::ImageExpired);
    }
}
