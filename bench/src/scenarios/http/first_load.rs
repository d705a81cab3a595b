//! The first load of the page: its document, and the scripts and styles that it names, as a browser asks for them.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;

use super::world::{ROOMTALK, World};
use crate::context::Context;
use crate::load::closed::{Connection, Request};

/// Connections that a browser opens to one host.
const CONNECTIONS: usize = 6;

pub(in crate::scenarios) async fn run(context: &Context) -> Result<()> {
    let world = World::start(context, &[ROOMTALK]).await?;
    for round in 1..=context.rounds {
        for target in &world.targets {
            let paths = paths(target.http).await?;
            for encoding in ["br", "gzip"] {
                let start = Instant::now();
                let bytes = load(target.http, &paths, encoding).await?;
                let figures = [
                    ("transferred", "kB", bytes as f64 / 1e3),
                    ("requests", "", (paths.len() + 1) as f64),
                    ("time", "ms", start.elapsed().as_secs_f64() * 1e3),
                ];
                context.add(&format!("first load, {encoding}"), target.name, round, &figures);
            }
        }
    }
    world.stop().await
}

/// What the document names.
async fn paths(address: SocketAddr) -> Result<Vec<String>> {
    let mut connection = Connection::open(address).await?;
    let document = connection.exchange(Request::get("/", &[]).bytes()).await?.body()?;
    let paths = named(&String::from_utf8_lossy(&document));
    ensure!(!paths.is_empty(), "the page names no scripts");
    Ok(paths)
}

/// Loads the document, then all that it names; gives the bytes.
async fn load(address: SocketAddr, paths: &[String], encoding: &str) -> Result<usize> {
    let document = fetch(&mut Connection::open(address).await?, "/", encoding).await?;
    let lanes = (0..CONNECTIONS.min(paths.len())).map(async |lane| {
        let mut connection = Connection::open(address).await?;
        let mut bytes = 0;
        for path in paths.iter().skip(lane).step_by(CONNECTIONS) {
            bytes += fetch(&mut connection, path, encoding).await?;
        }
        anyhow::Ok(bytes)
    });
    Ok(document + try_join_all(lanes).await?.into_iter().sum::<usize>())
}

async fn fetch(connection: &mut Connection, path: &str, encoding: &str) -> Result<usize> {
    let request = Request::get(path, &[("accept-encoding", encoding)]);
    let answer = connection.exchange(request.bytes()).await?;
    ensure!(answer.status == 200, "{path} is answered with {}", answer.status);
    Ok(answer.transferred())
}

/// The paths of scripts, styles and what is to be loaded with them, in a document.
fn named(document: &str) -> Vec<String> {
    let tags = document.split('<').filter_map(|tag| tag.split_once('>').map(|(tag, _)| tag));
    let is_loaded = |tag: &&str| {
        tag.starts_with("script")
            || (tag.starts_with("link") && (tag.contains("stylesheet") || tag.contains("modulepreload")))
    };
    let path = |tag: &str| {
        let value = ["src=\"", "href=\""].iter().find_map(|name| tag.split_once(name))?.1;
        value.split_once('"').map(|(path, _)| path.to_owned())
    };
    tags.filter(is_loaded).filter_map(path).filter(|path| path.starts_with('/')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_its_scripts_and_styles() {
        let document = r#"<html><link rel="icon" href="/icon.svg"><script type="module" src="/assets/a.js"></script>
            <link rel="modulepreload" crossorigin href="/assets/b.js"><link rel="stylesheet" href="/assets/c.css">
            <script>inline()</script><script src="https://elsewhere.example/x.js"></script>"#;
        assert_eq!(named(document), ["/assets/a.js", "/assets/b.js", "/assets/c.css"]);
    }
}
