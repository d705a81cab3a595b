//! What a delivery costs the server, at a rate that all systems manage; and how long it takes at a light load.

use std::time::Duration;

use anyhow::Result;

use super::systems::{LIGHT_SYSTEMS, SOCKET_SYSTEMS, in_turn};
use crate::context::Context;
use crate::load::socket::{Crowd, Size};
use crate::system::{Kind, System};

/// CPU per delivery at 100 000 deliveries a second.
pub(super) async fn cpu(context: &Context) -> Result<()> {
    let size = Size { rooms: 1, members: context.size(1000, 10), senders: 1 };
    in_turn(context, &SOCKET_SYSTEMS, async |round, name, kind| measure_cpu(context, size, round, name, kind).await)
        .await
}

async fn measure_cpu(context: &Context, size: Size, round: usize, name: &str, kind: Kind) -> Result<()> {
    let system = System::start(name, kind).await?;
    let crowd = Crowd::gather(&context.generator, &system, size).await?;
    // Whatever is allocated or compiled at first is so now.
    crowd.step(100.0, context.size(Duration::from_secs(1), Duration::from_millis(100))).await?;
    let (front, all) = (system.cpu(system.front())?, system.cpu(&[])?);
    let step = crowd.step(100.0, context.size(Duration::from_secs(5), Duration::from_millis(300))).await?;
    let (front, all) = (system.cpu(system.front())? - front, system.cpu(&[])? - all);
    let each = |seconds: f64| seconds * 1e6 / step.deliveries as f64;
    let offered = step.messages as f64 * size.members as f64;
    context.add(
        "delivery CPU",
        name,
        round,
        &[
            ("CPU per delivery", "us", each(front)),
            ("CPU per delivery, all parts", "us", each(all)),
            ("delivered", "%", 100.0 * step.deliveries as f64 / offered),
            ("p99", "ms", step.latency.percentile(0.99)),
            ("load: late, p99", "ms", step.lateness.percentile(0.99)),
            ("load: CPU", "cores", step.load_cores),
        ],
    );
    drop(crowd);
    system.stop().await
}

/// 100 members, 10 messages a second, the store included.
pub(super) async fn light(context: &Context) -> Result<()> {
    let size = Size { rooms: 1, members: context.size(100, 5), senders: 1 };
    in_turn(context, &LIGHT_SYSTEMS, async |round, name, kind| measure_light(context, size, round, name, kind).await)
        .await
}

async fn measure_light(context: &Context, size: Size, round: usize, name: &str, kind: Kind) -> Result<()> {
    let system = System::start(name, kind).await?;
    let crowd = Crowd::gather(&context.generator, &system, size).await?;
    crowd.step(10.0, context.size(Duration::from_secs(2), Duration::from_millis(200))).await?;
    let step = crowd.step(10.0, context.size(Duration::from_secs(8), Duration::from_millis(300))).await?;
    context.add(
        "light load",
        name,
        round,
        &[
            ("p50", "ms", step.latency.percentile(0.5)),
            ("p99", "ms", step.latency.percentile(0.99)),
            ("lost", "", step.lost as f64),
            ("load: late, p99", "ms", step.lateness.percentile(0.99)),
            ("load: CPU", "cores", step.load_cores),
        ],
    );
    drop(crowd);
    system.stop().await
}
