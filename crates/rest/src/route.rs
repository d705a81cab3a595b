//! The routes of the API, in one table.

use percent_encoding::percent_decode_str;

/// A route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Issue an identity.
    Clients,
    /// The rooms that a client created; create one.
    ClientRooms,
    /// A room that a client created.
    ClientRoom,
    /// A room.
    Room,
    /// The messages of a room; send one.
    Messages,
    /// Upload an image.
    Images,
    /// An image.
    Image,
    /// How the deployment is.
    Status,
    /// The OpenAPI document.
    Document,
}

/// What a request wants of a route. HEAD is a GET whose answer loses its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Read.
    Get,
    /// Do.
    Post,
}

/// Pattern, route, verbs. A segment that starts with a colon is a parameter.
const TABLE: &[(&str, Route, &[Verb])] = &[
    ("/api/clients", Route::Clients, &[Verb::Post]),
    ("/api/clients/:clientId/rooms", Route::ClientRooms, &[Verb::Get, Verb::Post]),
    ("/api/clients/:clientId/rooms/:roomId", Route::ClientRoom, &[Verb::Get]),
    ("/api/rooms/:roomId", Route::Room, &[Verb::Get]),
    ("/api/rooms/:roomId/messages", Route::Messages, &[Verb::Get, Verb::Post]),
    ("/api/rooms/:roomId/images", Route::Images, &[Verb::Post]),
    ("/api/rooms/:roomId/images/:imageId", Route::Image, &[Verb::Get]),
    ("/api/status", Route::Status, &[Verb::Get]),
    ("/api/openapi.json", Route::Document, &[Verb::Get]),
];

/// A path that leads to a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) route: Route,
    pub(crate) verbs: &'static [Verb],
    /// Name and value, percent-decoded.
    pub(crate) parameters: Vec<(&'static str, String)>,
}

/// Finds the route of a path as it stands in the URI.
///
/// Parameters are read from here and nowhere else: a client can send the headers in which Spin repeats them.
pub(crate) fn find(path: &str) -> Option<Found> {
    TABLE.iter().find_map(|(pattern, route, verbs)| {
        parameters(pattern, path).map(|parameters| Found { route: *route, verbs, parameters })
    })
}

fn parameters(pattern: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut parameters = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = percent_decode_str(segments.next()?).decode_utf8().ok()?;
        match expected.strip_prefix(':') {
            Some(name) if !segment.is_empty() => parameters.push((name, segment.into_owned())),
            None if segment == expected => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(parameters)
}

/// The value of an `Allow` header.
pub(crate) fn allow(verbs: &[Verb]) -> &'static str {
    match (verbs.contains(&Verb::Get), verbs.contains(&Verb::Post)) {
        (true, true) => "GET, HEAD, POST, OPTIONS",
        (true, false) => "GET, HEAD, OPTIONS",
        _ => "POST, OPTIONS",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn found(path: &str) -> (Route, Vec<String>) {
        let found = find(path).unwrap();
        (found.route, found.parameters.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
    }

    #[test]
    fn every_route_is_found_by_its_path() {
        assert_eq!(found("/api/clients"), (Route::Clients, vec![]));
        assert_eq!(found("/api/clients/c/rooms"), (Route::ClientRooms, vec!["clientId=c".to_owned()]));
        let both = vec!["clientId=c".to_owned(), "roomId=r".to_owned()];
        assert_eq!(found("/api/clients/c/rooms/r"), (Route::ClientRoom, both));
        assert_eq!(found("/api/rooms/r"), (Route::Room, vec!["roomId=r".to_owned()]));
        assert_eq!(found("/api/rooms/r/messages").0, Route::Messages);
        assert_eq!(found("/api/rooms/r/images").0, Route::Images);
        assert_eq!(found("/api/rooms/r/images/i").0, Route::Image);
        assert_eq!(found("/api/status").0, Route::Status);
        assert_eq!(found("/api/openapi.json").0, Route::Document);
    }

    #[test]
    fn parameters_are_percent_decoded_within_their_segment() {
        assert_eq!(found("/api/rooms/a%2Fb%20c"), (Route::Room, vec!["roomId=a/b c".to_owned()]));
        assert_eq!(find("/api/rooms/%ff"), None);
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for path in
            ["", "/", "/api", "/api/", "/api/rooms", "/api/rooms/", "/api/rooms//messages", "/api/rooms/r/messages/"]
        {
            assert_eq!(find(path), None, "{path}");
        }
        assert_eq!(find("/api/rooms/r/images/i/x"), None);
        assert_eq!(find("api/status"), None);
    }

    #[test]
    fn the_openapi_document_names_exactly_these_routes() {
        let document: serde_json::Value = serde_json::from_str(crate::status::DOCUMENT).unwrap();
        let described: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                item.as_object()
                    .unwrap()
                    .keys()
                    .filter(|key| *key == "get" || *key == "post")
                    .map(move |verb| format!("{verb} {path}"))
            })
            .collect();
        let built: BTreeSet<String> = TABLE
            .iter()
            .flat_map(|(pattern, _, verbs)| {
                let path: Vec<String> = pattern
                    .split('/')
                    .map(|part| part.strip_prefix(':').map_or(part.to_owned(), |name| format!("{{{name}}}")))
                    .collect();
                let path = path.join("/");
                verbs.iter().map(move |verb| format!("{verb:?} {path}").replace("Get", "get").replace("Post", "post"))
            })
            .collect();
        assert_eq!(described, built);
    }
}
