//! Spin's routes: which component answers a path.

mod pattern;

pub(crate) use pattern::Matched;
use pattern::Pattern;

use crate::{Error, Result};

/// Paths below it are the host's own, as in Spin.
pub(crate) const WELL_KNOWN: &str = "/.well-known/spin/";

/// The application's routes, the most specific first, whatever their order in the manifest.
///
/// A literal segment is more specific than a parameter, and that than the trailing wildcard; the first segment in which
/// two routes differ decides. Paths are matched as they were sent, without percent-decoding, and slashes at their end
/// do not count.
pub(crate) struct Router<T> {
    routes: Vec<(Pattern, T)>,
}

impl<T> Router<T> {
    /// Refuses a route that is not understood, and two routes that match the same paths.
    pub(crate) fn new<'a>(entries: impl IntoIterator<Item = (&'a str, T)>) -> Result<Self> {
        let mut routes: Vec<(Pattern, T)> = Vec::new();
        for (route, target) in entries {
            let key = format!("trigger.http `{route}`");
            let pattern = Pattern::parse(route).map_err(|reason| Error::key(&key, reason))?;
            if let Some((other, _)) = routes.iter().find(|(other, _)| other.matches_the_same_as(&pattern)) {
                return Err(Error::key(key, format!("matches the same paths as `{}`", other.raw())));
            }
            routes.push((pattern, target));
        }
        routes.sort_by_key(|(pattern, _)| pattern.rank());
        Ok(Self { routes })
    }

    /// The target of the best route for `path`, and how it matched.
    pub(crate) fn find<'a>(&'a self, path: &'a str) -> Option<(&'a T, Matched<'a>)> {
        self.routes.iter().find_map(|(pattern, target)| Some((target, pattern.matches(path)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(routes: &[&'static str]) -> Router<&'static str> {
        Router::new(routes.iter().map(|route| (*route, *route))).unwrap()
    }

    fn refusal(routes: &[&str]) -> String {
        Router::new(routes.iter().map(|route| (*route, ()))).err().expect("the routes are refused").to_string()
    }

    #[test]
    fn the_more_specific_route_wins_whatever_the_order() {
        let mut routes = ["/...", "/one/...", "/one/two/...", "/one/:id", "/one/two", "/:any/two"];
        for _ in 0..2 {
            let ordered = router(&routes);
            let found = |path| *ordered.find(path).unwrap().0;
            assert_eq!(found("/one/two"), "/one/two");
            assert_eq!(found("/one/three"), "/one/:id");
            assert_eq!(found("/one/two/three"), "/one/two/...");
            assert_eq!(found("/one/three/four"), "/one/...");
            assert_eq!(found("/zero/two"), "/:any/two");
            assert_eq!(found("/zero"), "/...");
            assert_eq!(found("/"), "/...");
            routes.reverse();
        }
    }

    #[test]
    fn slashes_at_the_end_do_not_count_and_a_prefix_is_not_a_match() {
        let router = router(&["/one", "/two/..."]);
        assert!(router.find("/one/").is_some());
        assert!(router.find("/ones").is_none());
        assert!(router.find("/two").is_some());
        assert!(router.find("/twos").is_none());
        assert!(router.find("/").is_none());
    }

    #[test]
    fn an_escaped_slash_does_not_end_a_segment() {
        let router = router(&["/rooms/:id", "/rooms/:id/messages"]);
        let (route, matched) = router.find("/rooms/a%2Fmessages").unwrap();
        assert_eq!((*route, matched.params()), ("/rooms/:id", &[("id", "a%2Fmessages")][..]));
    }

    #[test]
    fn the_rest_of_a_wildcard_keeps_its_slashes_as_spin_does() {
        let router = router(&["/test/...", "/exact"]);
        let rest = |path| router.find(path).unwrap().1.path_info().to_string();
        assert_eq!(rest("/test"), "");
        assert_eq!(rest("/test/"), "/");
        assert_eq!(rest("/test/hello"), "/hello");
        assert_eq!(rest("/test/hello/"), "/hello/");
        assert_eq!(rest("/exact"), "");
    }

    #[test]
    fn routes_that_match_the_same_paths_are_refused() {
        assert_eq!(refusal(&["/a/:x", "/a/:y"]), "trigger.http `/a/:y`: matches the same paths as `/a/:x`");
        assert!(refusal(&["/a", "/a/"]).contains("matches the same paths"));
    }

    #[test]
    fn routes_that_spin_would_not_take_or_that_nothing_could_reach_are_refused() {
        for route in ["/a/.../b", "/a/*", "/a/:", "/a/:x/:x", "/a/:x.y", "/.well-known/spin/health", "/a?b"] {
            assert!(refusal(&[route]).starts_with(&format!("trigger.http `{route}`")), "{route}");
        }
    }
}
